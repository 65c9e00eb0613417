// The register on a phone: what is ticked is kept on this device until the server has it, so that neither a dropped
// network nor a closed page loses it. Only the reference, the tick and what the page showed when it was made are kept, so
// that it changes no tick that somebody else made since. Without scripts the form works as it is.
(function () {
  "use strict";
  var form = document.getElementById("register");
  var state = document.getElementById("register-state");
  if (!form || !state || !window.fetch) { return; }
  var place = "fairlead-register " + form.getAttribute("action");
  var sending = false;

  // kept is {ticks: {reference: {to: tick, from: what the page showed}}, wanted: the button was pressed and the server has
  // not answered yet}.
  function kept() {
    try { return JSON.parse(window.localStorage.getItem(place)) || { ticks: {}, wanted: false }; }
    catch (e) { return { ticks: {}, wanted: false }; }
  }
  function keep(what) {
    try {
      if (Object.keys(what.ticks).length === 0) { window.localStorage.removeItem(place); }
      else { window.localStorage.setItem(place, JSON.stringify(what)); }
    } catch (e) { /* A device that keeps nothing still has the form. */ }
  }
  function say(words) { state.textContent = words; }
  function count(n) { return n === 1 ? "1 tick" : n + " ticks"; }

  function shown(ref) { return form.elements["shown-" + ref]; }

  // restore puts kept ticks back and forgets those that the server already shows.
  function restore() {
    var held = kept(), known = {};
    form.querySelectorAll("[data-meanwhile]").forEach(function (row) { delete held.ticks[row.dataset.meanwhile]; }); // it is asked about here
    form.querySelectorAll("input[type=radio]").forEach(function (radio) {
      var tick = held.ticks[radio.name];
      if (!tick || tick.to !== radio.value || radio.defaultChecked) { return; }
      known[radio.name] = tick;
      radio.checked = true;
      shown(radio.name).value = tick.from;
    });
    held.ticks = known;
    keep(held);
    tell(held);
    return held;
  }
  function tell(held) {
    var n = Object.keys(held.ticks).length;
    if (n === 0) { say(""); }
    else if (held.wanted) { say("Kept on this device: " + count(n) + ". Sent as soon as the network is back."); }
    else { say("Not saved yet: " + count(n) + ". Kept on this device until you press “Save the register”."); }
  }

  function send() {
    var held = kept(), ticks = held.ticks;
    if (sending || !held.wanted || Object.keys(ticks).length === 0) { return; }
    sending = true;
    say("Saving " + count(Object.keys(ticks).length) + "…");
    var stop = new AbortController();
    var timer = window.setTimeout(function () { stop.abort(); }, 20000);
    var body = new URLSearchParams();
    Object.keys(ticks).forEach(function (ref) { body.set(ref, ticks[ref].to); body.set("shown-" + ref, ticks[ref].from); });
    window.fetch(form.action, { method: "POST", body: body, credentials: "same-origin", signal: stop.signal })
      .then(function (answer) {
        if (answer.status >= 500) { throw new Error("later"); }
        if (answer.ok && new URL(answer.url).pathname === new URL(form.action).pathname) {
          var now = kept();
          Object.keys(ticks).forEach(function (ref) { if (now.ticks[ref] && now.ticks[ref].to === ticks[ref].to) { delete now.ticks[ref]; } });
          now.wanted = false;
          keep(now);
          window.location.replace(answer.url);
          return;
        }
        held = kept();
        held.wanted = false;
        keep(held);
        if (answer.redirected || answer.status === 401) { say("You are signed out. Sign in again in another tab, then press “Save the register”. The ticks stay on this device."); }
        else { form.submit(); } // the server's own page says what is wrong
      })
      .catch(function () { tell(kept()); })
      .finally(function () { window.clearTimeout(timer); sending = false; });
  }

  form.addEventListener("change", function (event) {
    var held = kept();
    held.ticks[event.target.name] = { to: event.target.value, from: shown(event.target.name).value };
    keep(held);
    tell(held);
  });
  form.addEventListener("submit", function (event) {
    var held = kept();
    if (Object.keys(held.ticks).length === 0) { return; }
    event.preventDefault();
    held.wanted = true;
    keep(held);
    send();
  });
  window.addEventListener("online", send);
  window.setInterval(send, 15000);
  restore();
  send();
})();
