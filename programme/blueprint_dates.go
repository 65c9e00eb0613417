package programme

import "slices"

// dates judges openings, dues and limits of a stage that is no event, in days from the Monday of week 0.
func (k *checker) dates(s BlueprintStage) {
	_, set := s.lines["opens"]
	switch {
	case s.Follows != "" && (set || s.DueWeek != nil || s.LimitWeek != nil):
		k.add(s, "follows", "it opens after its event: take “opens”, “due” and “limit” out, and say due_after.")
	case s.Follows == "" && !set && s.Line > 0:
		k.add(s, "opens", "say in which week it opens.")
	}
	ways := 0
	for _, set := range []bool{s.DueWeek != nil, s.DueAfter != 0, s.DueWeeksOn != 0} {
		if set {
			ways++
		}
	}
	if ways != 1 {
		k.add(s, "due", "say once when it is due: “due” (a week), “due_after” (working days after the opening) or “due_weeks_after”.")
		return
	}
	if s.DueAfter < 0 || s.DueAfter > 250 {
		k.add(s, "due_after", "due_after is a number of working days from 1 to 250.")
		return
	}
	if s.DueWeeksOn < 0 || s.DueWeeksOn > 52 {
		k.add(s, "due_weeks_after", "due_weeks_after is a number of weeks from 1 to 52.")
		return
	}
	if !k.week(s, "opens", &s.OpensWeek) || !k.week(s, "due", s.DueWeek) || !k.week(s, "limit", s.LimitWeek) {
		return
	}
	opens, due := 7*s.OpensWeek, s.roughDue()
	if due < opens {
		k.add(s, "due", "wrong order: it is due in week %d but opens only in week %d.", *s.DueWeek, s.OpensWeek)
	}
	if s.LimitAfter != nil && (*s.LimitAfter < 0 || *s.LimitAfter > 250) {
		k.add(s, "limit_after", "limit_after is a number of working days from 0 to 250.")
	}
	if s.LimitWeek != nil {
		if s.LimitAfter != nil {
			k.add(s, "limit", "say the limit once: “limit” (a week) or “limit_after” (working days after due).")
		}
		if 7**s.LimitWeek+thursday < due {
			k.add(s, "limit", "wrong order: its limit, week %d, comes before it is due.", *s.LimitWeek)
		}
	}
	if e, found := k.b.Stage(s.Before); found && e.Event != nil {
		if starts, err := parseClockDay(e.Event.Starts); err == nil && due >= 7*e.Event.Week+starts.offset {
			k.add(s, "before", "it is due only after %s has begun.", k.called(e))
		}
	}
	if joinDay := 7*k.b.JoinUntil + thursday; s.Kind == KindSelection && due > joinDay {
		k.add(s, dueSetting(s), "invitations are due after the last joining day, the Thursday of week %d.", k.b.JoinUntil)
	}
}

// week reports whether a week lies in any year there could be; nil does.
func (k *checker) week(s BlueprintStage, setting string, week *int) bool {
	if week == nil || firstWeek <= *week && *week <= lastWeek {
		return true
	}
	k.add(s, setting, "week %d is out of range: weeks run from %d to %d.", *week, firstWeek, lastWeek)
	return false
}

// dueSetting is the setting by which a stage says when it is due.
func dueSetting(s BlueprintStage) string {
	switch {
	case s.DueAfter != 0:
		return "due_after"
	case s.DueWeeksOn != 0:
		return "due_weeks_after"
	}
	return "due"
}

// roughDue is the due day in days from the Monday of week 0, as if every weekday were worked.
func (s BlueprintStage) roughDue() int {
	switch {
	case s.DueWeek != nil:
		return 7**s.DueWeek + thursday
	case s.DueWeeksOn > 0:
		return 7*(s.OpensWeek+s.DueWeeksOn) + thursday
	}
	return 7*s.OpensWeek + s.DueAfter/5*7 + s.DueAfter%5
}

// ladder judges a cadence of reminders.
func (k *checker) ladder(s BlueprintStage) {
	rungs := len(s.Ladder.Before) + len(s.Ladder.After)
	if rungs > maxRungs {
		k.add(s, "ladder", "%d reminders are too many: %d at most.", rungs, maxRungs)
		return
	}
	for i, n := range s.Ladder.Before {
		switch {
		case n < 0:
			k.add(s, "ladder", "a reminder %d days before due would come after its deadline.", n)
		case n > 366:
			k.add(s, "ladder", "a reminder %d days before due is more than a year before.", n)
		case slices.Contains(s.Ladder.Before[:i], n):
			k.add(s, "ladder", "the reminder %d days before due is listed twice.", n)
		}
	}
	span := s.roughDue() - 7*s.OpensWeek
	workingDays := span/7*5 + min(span%7, 5)
	for i, n := range s.Ladder.After {
		switch {
		case n < 2:
			k.add(s, "ladder", "a reminder must be two working days after the request or later, not %d.", n)
		case n > workingDays:
			k.add(s, "ladder", "the reminder %d working days after the request would come after its deadline.", n)
		case slices.Contains(s.Ladder.After[:i], n):
			k.add(s, "ladder", "the reminder %d working days after the request is listed twice.", n)
		}
	}
	switch {
	case s.Ladder.Assistant < 0 || s.Ladder.Assistant > rungs:
		k.add(s, "ladder", "the assistant's mail goes with reminder %d, but there are %d.", s.Ladder.Assistant, rungs)
	case s.Ladder.Assistant > 0 && s.Kind != KindSelection:
		k.add(s, "ladder", "only an invitation's reminder writes to the assistant.")
	}
}
