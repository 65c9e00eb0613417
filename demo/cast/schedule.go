package cast

import (
	"context"
	"time"
)

// schedule plans what staff do for people on dates of the year, whatever anybody's mail says.
func (p *play) schedule() {
	y := p.year
	for _, one := range p.people {
		if one.entry.name != "" && one.entry.end != "completed" {
			continue // no place, no year
		}
		one.mu.Lock()
		switch one.character.name {
		case withdrawn:
			// Half of them leave while places are still filled again, the others in mid-year.
			span := y.leaveLate
			if one.leavesEarly() {
				span = y.leaveEarly
			}
			p.inWeek(one, between(one.luck, span[0], span[1]), p.withdraw)
		case deferred:
			p.inWeek(one, between(one.luck, y.postpone[0], y.postpone[1]), p.postpone)
		case held:
			if !one.heldEarly() {
				p.inWeek(one, y.hold, p.hold)
			}
		case mover:
			if y.events {
				p.inWeek(one, y.move, p.move)
			}
		case promoted:
			p.inWeek(one, y.promote, p.promote)
			if one.variant%2 == 1 {
				p.inWeek(one, y.skip, func(ctx context.Context, one *person) { p.skip(ctx, one, survey) })
			}
		case refused:
			p.plan(one, later(one.luck, p.year.begins, 1), func(ctx context.Context) { p.mend(ctx, one) })
		}
		one.mu.Unlock()
	}
}

// inWeek plans something for a week of the year, in office hours, unless the person never got a place. The person is
// locked.
func (p *play) inWeek(one *person, week int, do func(context.Context, *person)) {
	day := time.Monday + time.Weekday(one.luck.IntN(5))
	p.plan(one, office(one.luck, p.year.week(week, day, 12, 0)), func(ctx context.Context) {
		one.mu.Lock()
		there := one.accepted && one.gone == ""
		one.mu.Unlock()
		if there {
			do(ctx, one)
			return
		}
		p.note(Act{Person: one.number, Ref: one.ref, Act: one.character.name, Problem: "had not accepted the place by the day on which staff were to act"})
	})
}

// staffHear plans what staff do because somebody was asked something: the leader rings them. The person is locked.
func (p *play) staffHear(one *person, a *ask, h habit) {
	if a.round > 1 {
		return
	}
	soon := func(from, to int) time.Time {
		return office(one.luck, later(one.luck, p.now(), between(one.luck, from, to)))
	}
	if h.telephone {
		a.planned = true
		p.plan(one, soon(h.from, h.to), func(ctx context.Context) { p.answerFor(ctx, one, a) })
	}
	switch {
	case a.stage == onboarding && one.character.name == held && one.heldEarly():
		p.plan(one, soon(1, 3), func(ctx context.Context) { p.hold(ctx, one) })
	case a.stage == onboarding && one.character.name == mover && !one.events:
		p.plan(one, soon(1, 1), func(ctx context.Context) { p.move(ctx, one) })
	case a.stage == onboarding && one.character.name == extended:
		p.plan(one, soon(2, 4), func(ctx context.Context) { p.extend(ctx, one, a) })
	case a.stage == onboarding && one.character.name == resent:
		p.plan(one, soon(1, 2), func(ctx context.Context) { p.resend(ctx, one, a) })
	case a.stage == survey && one.character.name == promoted && one.variant%2 == 0:
		p.plan(one, soon(1, 3), func(ctx context.Context) { p.skip(ctx, one, a.stage) })
	case a.stage == alumni && one.character.name == forgetful:
		p.plan(one, later(one.luck, p.now(), 1), func(ctx context.Context) { p.lost(ctx, one, a) })
	}
}

// hears plans what follows once somebody has seen an answer confirmed.
func (p *play) hears(one *person, a *ask) {
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.character.name == fickle && a.stage == residential2 && a.round == 1 && a.ref == one.ref {
		p.plan(one, later(one.luck, p.now(), between(one.luck, 1, 3)), func(ctx context.Context) { p.thinkAgain(ctx, one, a) })
	}
	if one.character.name == reopened && a.stage == onboarding && a.round == 1 && a.ref == one.ref {
		p.plan(one, office(one.luck, later(one.luck, p.now(), 4)), func(ctx context.Context) { p.reopen(ctx, one, a) })
	}
}
