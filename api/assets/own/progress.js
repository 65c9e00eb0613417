// Reads the page again while the work goes on, and puts its new state in the place of the old. Without scripts a link does
// the same: a page that changes under the reader by itself is not for everybody.
(function () {
  "use strict";
  var said = document.getElementById("progress-said");
  function look() {
    window.fetch(window.location.href, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) { throw new Error("later"); }
        return answer.text();
      })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("progress");
        var shown = document.getElementById("progress");
        if (!fresh || !shown) { return; }
        shown.replaceWith(fresh);
        if (fresh.dataset.running === "yes") { window.setTimeout(look, 2000); return; }
        if (said) { said.textContent = "It is finished."; }
      })
      .catch(function () { window.setTimeout(look, 5000); });
  }
  if (window.fetch && document.getElementById("progress")) { window.setTimeout(look, 2000); }
})();
