package cast

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// says is what a person answers to the questions of an ask, by the names of their fields. What stands there already is
// left unless it is the person's to say.
func (one *person) says(a *ask) filling {
	one.mu.Lock()
	defer one.mu.Unlock()
	if isEvent(a.stage) {
		return one.toEvent(a)
	}
	if a.application {
		return one.toApplication()
	}
	switch a.stage {
	case selection:
		return filling{says: one.toInvitation()}
	case onboarding:
		return one.toOnboarding()
	case psychometrics:
		return one.toQuestionnaire()
	case alumni:
		return one.toAlumni()
	}
	return filling{says: one.toSurvey()}
}

// verdictOn is the answer to an invitation in one word, empty for other asks.
func (one *person) verdictOn(a *ask) string {
	switch {
	case a.stage != selection:
		return ""
	case one.character.name == declines, one.entry.name == turnsDown:
		return "decline"
	}
	return "accept"
}

func (one *person) toInvitation() map[string][]string {
	if one.character.name != declines && one.entry.name != turnsDown {
		return map[string][]string{"answer": {"accept"}, "decline_reason": {}, "decline_note": {}}
	}
	reasons := []string{"time", "timing", "role_change", "not_for_me", "other"}
	return map[string][]string{"answer": {"decline"}, "decline_reason": {reasons[one.luck.IntN(len(reasons))]},
		"decline_note": {"Thank you for thinking of me. Perhaps another year."}}
}

func (one *person) toOnboarding() filling {
	r := one.row
	f := filling{
		unless: map[string][]string{"given_name": {r.given}, "family_name": {r.family}, "job_title": {r.job}, "organisation": {r.organisation},
			"sector": {r.sector}, "region": {r.region}, "role_started": {month(r.started)}, "title": {r.title}},
		says: one.toSurvey(),
	}
	f.says["phone"], f.says["private_email"] = []string{one.phone}, some(one.private)
	for name, values := range one.aboutHelp() {
		f.says[name] = values
	}
	for name, values := range one.travel() {
		f.says[name] = values
	}
	consents := yesNo(one.mind() != refuses)
	for name, value := range map[string]string{"privacy_read": "yes", "consent_psychometrics": consents, "consent_coach_report": consents,
		"access_needs": one.oneOf("", "", "", "Step-free access, please."), "coach_background": one.oneOf("another_sector", "same_sector", "either"),
		"coach_where": one.oneOf("same_region", "online", "either"), "coach_wishes": one.oneOf("", "", "Somebody who asks hard questions.")} {
		f.says[name] = some(value)
	}
	if consents == "no" {
		f.says["consent_coach_report"] = []string{}
	}
	for _, name := range []string{"age_band", "gender", "ethnicity", "disability"} {
		f.says[name] = some(one.oneOf("", "prefer_not_to_say"))
	}
	return f
}

// aboutHelp is what a leader says of an assistant.
func (one *person) aboutHelp() map[string][]string {
	h := one.helper
	if h.email == "" {
		return map[string][]string{"has_assistant": {"no"}, "assistant_name": {}, "assistant_email": {}, "assistant_phone": {}, "assistant_may": {}}
	}
	return map[string][]string{"has_assistant": {"yes"}, "assistant_name": {h.name}, "assistant_email": {h.email}, "assistant_phone": {h.phone},
		"assistant_may": {h.may}}
}

// dictated are the answers to onboarding that can be given on the telephone: no questionnaire, no equality questions.
func (one *person) dictated() map[string][]string {
	one.mu.Lock()
	defer one.mu.Unlock()
	r := one.row
	answers := map[string][]string{"given_name": {r.given}, "family_name": {r.family}, "job_title": {r.job}, "organisation": {r.organisation},
		"sector": {r.sector}, "region": {r.region}, "role_started": {r.started}, "phone": {one.phone}, "privacy_read": {"yes"},
		"consent_psychometrics": {yesNo(one.mind() != refuses)}, "consent_coach_report": {"no"}, "coach_background": {"either"}, "coach_where": {"online"}}
	if one.events {
		answers["places"] = []string{"confirm"}
	}
	if r.title != "" {
		answers["title"] = []string{r.title}
	}
	for _, more := range []map[string][]string{one.aboutHelp(), one.travel()} {
		for name, values := range more {
			if len(values) > 0 {
				answers[name] = values
			}
		}
	}
	return answers
}

func (one *person) travel() map[string][]string {
	t := map[string][]string{"dietary": {one.oneOf("none", "vegetarian", "halal", "gluten_free", "prefer_not_to_say")}, "dietary_other": {},
		"arrival": {one.oneOf("train", "car", "not_known")}, "room_night_before": {one.oneOf("yes", "no")}}
	if one.luck.IntN(10) == 0 {
		t["dietary"], t["dietary_other"] = []string{"vegan", "other"}, []string{"No celery, “please” – thank you."}
	}
	return t
}

// needs is what an assistant fills in.
func (one *person) needs() filling {
	one.mu.Lock()
	defer one.mu.Unlock()
	says := one.travel()
	says["confirm_dates"] = []string{"yes"}
	return filling{says: says}
}

func (one *person) toSurvey() map[string][]string {
	says := map[string][]string{}
	answer := func(luck *rand.Rand, from, to int, names ...string) {
		for _, name := range names {
			says[name] = []string{strconv.Itoa(between(luck, from, to))}
			if luck.IntN(20) == 0 {
				says[name] = []string{"skip"}
			}
		}
	}
	answer(one.mood, 3, 5, "worth_the_time", "learned", "will_use", "met_others", "sessions")
	answer(one.mood, 2, 5, "arrangements")
	answer(one.luck, 4, 10, "satisfied", "worthwhile", "happy")
	answer(one.luck, 0, 6, "anxious")
	answer(one.luck, 2, 5, "adaptive", "connected", "questioning", "purposeful", "ethical", "across_organisations", "productivity")
	return says
}

func (one *person) toAlumni() filling {
	says := map[string][]string{"directory": {"yes"}, "show": {"name", "job_title", "organisation", "sector"},
		"interests": {one.oneOf("national", "regional", "small_groups", "mentoring", "research"), "national"}, "news": {one.oneOf("yes", "no")}}
	if one.luck.IntN(5) == 0 {
		says["directory"], says["show"] = []string{"no"}, []string{}
	}
	name := strings.TrimSpace(strings.Join([]string{one.row.title, one.row.given, one.row.family}, " "))
	return filling{says: says, unless: map[string][]string{"certificate_name": {name}}}
}

// changed is the second thought of somebody who left too much open.
func (one *person) changed() filling {
	return filling{says: map[string][]string{"directory": {"yes"}, "show": {"name", "region"}, "interests": {}, "news": {"no"},
		"certificate_name": {one.row.given + " " + one.row.family}}}
}

func (one *person) oneOf(values ...string) string { return values[one.luck.IntN(len(values))] }

// some is a value, or the decision to leave the field empty.
func some(value string) []string {
	if value == "" {
		return []string{}
	}
	return []string{value}
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// month is how people write a month.
func month(written string) string {
	if t, err := time.Parse("2006-01", written); err == nil {
		return t.Format("January 2006")
	}
	return written
}
