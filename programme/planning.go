package programme

import "time"

// Terms are the dates of one stage for one person before any mail is planned.
type Terms struct {
	Opens time.Time // when the stage opens: 06:00 London of a working day
	Due   time.Time
	Limit time.Time
}

// thursday is the offset of the day on which asks are due from the Monday of their week.
const thursday = 3

// followsAfter is how many working days after an event the stage opens that follows it.
const followsAfter = 2

// Terms works out opening, due and limit of a stage in a cohort. blocked are the person's residential days (nil: none).
// The moments are planned ones, whatever the time is now; for a stage that opens later see OpenedAt. An unknown stage
// is ErrNotFound.
func (b Blueprint) Terms(c Cohort, stage string, cal Calendar, blocked func(Date) bool) (Terms, error) {
	s, err := b.StageIn(c, stage)
	if err != nil {
		return Terms{}, err
	}
	opens := weekOf(c, s.OpensWeek)
	if s.Applies {
		opens = weekOf(c, s.Application.Opens)
	}
	if s.Event != nil {
		from, _, err := b.EventTimes(c, stage)
		if err != nil {
			return Terms{}, err
		}
		opens = eventMonday(c, s, from).AddDays(-7 * s.Event.Asked)
	}
	if s.Follows != "" {
		_, ends, err := b.EventTimes(c, s.Follows)
		if err != nil {
			return Terms{}, err
		}
		opens = cal.Add(DateOf(ends), followsAfter, blocked)
		if s.Later() {
			opens = DateOf(ends).AddMonths(s.MonthsAfter)
		}
	}
	opens = cal.Forward(opens, blocked)
	return b.termsFrom(c, s, cal, opens.At(openingHour, 0), 0, blocked)
}

// OpenedAt works out the terms of a stage that opens at the moment opened. On the day it was planned for, the terms are
// the planned ones. On a later day (a late joiner, a late launch, a reopening) due is the later of the plan's and
// opening plus minNotice working days, never past the stage's event nor, for a selection, the last joining moment; the
// limit follows. An ask is never due before the day on which its request can go has ended.
func (b Blueprint) OpenedAt(c Cohort, stage string, cal Calendar, opened time.Time, minNotice int, blocked func(Date) bool) (Terms, error) {
	planned, err := b.Terms(c, stage, cal, blocked)
	if err != nil {
		return Terms{}, err
	}
	s, err := b.StageIn(c, stage)
	if err != nil {
		return Terms{}, err
	}
	if s.Applies || !DateOf(planned.Opens).Before(DateOf(opened)) { // whoever applies late in the weeks has the same deadline
		planned.Opens = opened.UTC()
		return planned, nil
	}
	return b.termsFrom(c, s, cal, opened.UTC(), minNotice, blocked)
}

// termsFrom are the terms of a stage that opens at a moment.
func (b Blueprint) termsFrom(c Cohort, s BlueprintStage, cal Calendar, opens time.Time, minNotice int, blocked func(Date) bool) (Terms, error) {
	opensOn := DateOf(opens)
	due, err := b.dueDay(c, s, cal, opensOn, blocked)
	if err != nil {
		return Terms{}, err
	}
	due = latest(due, cal.Add(opensOn, minNotice, blocked))
	end, bounded := b.bound(c, s, cal, blocked)
	if bounded {
		due = earliest(due, end)
	}
	// The request goes on the first sending morning; a deadline before that evening would pass unseen.
	sending := DateOf(cal.NextPersonal(opens, 0, blocked))
	due = cal.Forward(latest(due, sending), blocked)
	terms := Terms{Opens: opens, Due: due.At(deadlineHour, 0)}
	terms.Limit = b.limit(c, s, terms.Due, cal, blocked)
	return terms, nil
}

// dueDay is the day on which the plan wants the answer of a stage that opens on a day.
func (b Blueprint) dueDay(c Cohort, s BlueprintStage, cal Calendar, opensOn Date, blocked func(Date) bool) (Date, error) {
	switch {
	case s.Event != nil:
		from, _, err := b.EventTimes(c, s.Name)
		if err != nil {
			return Date{}, err
		}
		return cal.Back(eventAnchor(c, s, from).AddDays(-max(1, s.Event.Confirm)), blocked), nil
	case s.Applies:
		return cal.Forward(weekOf(c, s.Application.Closes).AddDays(thursday), blocked), nil
	case s.DueWeek != nil:
		return cal.Forward(weekOf(c, *s.DueWeek).AddDays(thursday), blocked), nil
	case s.DueWeeksOn > 0:
		monday := opensOn.AddDays(-((int(opensOn.Weekday()) + 6) % 7))
		return cal.Forward(monday.AddDays(7*s.DueWeeksOn+thursday), blocked), nil
	}
	return cal.Add(opensOn, s.DueAfter, blocked), nil
}

// bound is the last day a stage's due and limit may fall on: the last working day before its event, or for a selection
// the last joining day.
func (b Blueprint) bound(c Cohort, s BlueprintStage, cal Calendar, blocked func(Date) bool) (Date, bool) {
	if s.Kind == KindSelection {
		return cal.Back(weekOf(c, b.JoinUntil).AddDays(thursday), blocked), true
	}
	event := s.Before
	if s.Event != nil {
		event = s.Name
	}
	from, _, err := b.EventTimes(c, event)
	if err != nil {
		return Date{}, false
	}
	return cal.Back(DateOf(from).AddDays(-1), blocked), true
}

// LastJoining is the moment until which places are refilled: Thursday 17:00 London of the blueprint's join_until week.
func (b Blueprint) LastJoining(c Cohort) time.Time {
	return weekOf(c, b.JoinUntil).AddDays(thursday).At(deadlineHour, 0)
}

// LastInviting is the moment from which an invitation could not leave before the last joining moment any more: 09:00
// London of the last joining day, or of the last working day before it. Places that come free later stay empty.
func (b Blueprint) LastInviting(c Cohort, cal Calendar) time.Time {
	return cal.Back(DateOf(b.LastJoining(c)), nil).At(sendingHour, 0)
}

// LimitFor is the limit that belongs to a due moment of the stage, by the blueprint alone: it knows neither the
// cohort's event nor the end of a coaching window, see LimitIn. An unknown stage has the default of ten working days.
func (b Blueprint) LimitFor(stage string, due time.Time, cal Calendar, blocked func(Date) bool) time.Time {
	s, _ := b.Stage(stage)
	return limitAfter(s, due, cal, blocked)
}

// LimitIn is the limit that belongs to a due moment of a stage in a cohort: the blueprint's, never past the stage's
// event and never before due. An unknown stage is ErrNotFound.
func (b Blueprint) LimitIn(c Cohort, stage string, due time.Time, cal Calendar, blocked func(Date) bool) (time.Time, error) {
	s, err := b.StageIn(c, stage)
	if err != nil {
		return time.Time{}, err
	}
	return b.limit(c, s, due, cal, blocked), nil
}

func (b Blueprint) limit(c Cohort, s BlueprintStage, due time.Time, cal Calendar, blocked func(Date) bool) time.Time {
	limit := limitAfter(s, due, cal, blocked)
	if s.LimitWeek != nil {
		limit = cal.Forward(weekOf(c, *s.LimitWeek).AddDays(thursday), blocked).At(deadlineHour, 0)
	}
	if end, bounded := b.bound(c, s, cal, blocked); bounded {
		limit = sooner(limit, end.At(deadlineHour, 0))
	}
	return later(limit, due.UTC())
}

func limitAfter(s BlueprintStage, due time.Time, cal Calendar, blocked func(Date) bool) time.Time {
	after := defaultNotice
	if s.LimitAfter != nil {
		after = *s.LimitAfter
	} else if s.Kind == KindSelection {
		after = 0
	}
	if after <= 0 {
		return due.UTC()
	}
	return later(due.UTC(), cal.Add(DateOf(due), after, blocked).At(deadlineHour, 0))
}

func latest(a, b Date) Date {
	if a.Before(b) {
		return b
	}
	return a
}

func earliest(a, b Date) Date {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func sooner(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
