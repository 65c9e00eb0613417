package console

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"fairlead/programme"
)

// orderForm is what a command asks of staff: the fields of its own, and for an answer those of the stage's form.
type orderForm struct {
	own     programme.Section
	form    []programme.Section // answer-for alone: the sections that staff may take down
	partial bool                // what is left empty there stays as it is known
	filled  programme.Answers   // what stands in the form at first
	now     []fact              // how it stands now
}

// sections are all of it in the order of the page.
func (f orderForm) sections() []programme.Section { return append(slices.Clone(f.form), f.own) }

// orderForm builds the form of a command on a stage, or on none. *programme.Illegal where nobody of the staff may answer.
func (s *Console) orderForm(ctx context.Context, j programme.Journey, name programme.CommandName, stage string) (orderForm, error) {
	f := orderForm{own: programme.Section{Name: "order", Title: "Your order"}, filled: programme.Answers{}}
	known := stageNamed(j, stage)
	if stage != "" {
		f.now = append(f.now, facts(fact{Key: "Stage", Text: stageTitle(j, stage)}, fact{Key: "State of the stage", Text: word(known.State)}, fact{Key: "Due", Text: moment(known.Due)},
			fact{Key: "Limit", Text: moment(known.Limit)}, fact{Key: "Parked", Text: word(known.Attention)})...)
	}
	var err error
	switch name {
	case programme.CmdDecide:
		f.choose("decision", "Decision", "Choose the decision", options(programme.Decisions())...)
	case programme.CmdResume:
		f.only(name)
		f.filled["missed"] = []string{"skip"}
	case programme.CmdDefer:
		err = s.otherCohorts(ctx, j, &f)
	case programme.CmdExtend, programme.CmdWrite:
		f.only(name)
	case programme.CmdSkip, programme.CmdRecordAttendance, programme.CmdChangeSitting:
		if name == programme.CmdRecordAttendance {
			f.choose("status", "Did the leader come?", "Say whether the leader came", options(programme.Attendances())...)
		}
		if name == programme.CmdChangeSitting {
			err = s.otherDates(ctx, j, stage, &f)
		}
		if known.Kind == programme.KindEvent {
			f.add(programme.Field{Name: "costs", Kind: programme.FieldRadios, Label: "Costs of a missed event (optional)", Short: "Costs", Hint: "Does the employer pay them back?",
				Options: []programme.Option{{Value: "recovered", Label: "Recovered from the employer"}, {Value: "waived", Label: "Waived"}}})
		}
	case programme.CmdResend:
		err = s.sentMails(ctx, j, &f)
	case programme.CmdChangeCoach:
		err = s.otherCoaches(ctx, j, &f)
	case programme.CmdChangeEmail, programme.CmdCorrect:
		field := programme.Field{Name: "email", Kind: programme.FieldEmail, Label: "New email address", Required: true, Missing: "Enter the new address",
			Wrong: "Enter an email address in the right form, like name@example.com", Max: 254}
		if name == programme.CmdCorrect {
			field.Label, field.Short, field.Required, field.Hint = "Right email address (optional)", "Right email address", false, "Only where the old one refuses mail"
		}
		f.add(field)
		f.now = append(f.now, fact{Key: "Address now", Text: j.Person.Email})
	case programme.CmdChangeDetails:
		f.details(j)
	case programme.CmdAnswerFor:
		err = s.answerForm(ctx, j, known, &f)
	}
	f.because(name)
	return f, err
}

// only asks what a command asks whomever it concerns.
func (f *orderForm) only(name programme.CommandName) {
	switch name {
	case programme.CmdResume:
		f.choose("missed", "Reminders that the hold swallowed", "Choose what becomes of the reminders", programme.Option{Value: "skip", Label: "Leave them out"},
			programme.Option{Value: "send", Label: "Send the latest of each"})
	case programme.CmdWrite:
		f.add(programme.Field{Name: "subject", Kind: programme.FieldText, Label: "Subject", Hint: "What it is about, in a few words", Required: true, Missing: "Write the subject", Max: programme.LongestSubject})
		f.add(programme.Field{Name: "text", Kind: programme.FieldLongText, Label: "Message", Hint: "The mail begins with the leader’s name and ends with the cohort’s signatory. Paragraphs, lists and links in Markdown.",
			Required: true, Missing: "Write the message", Max: programme.LongestOpening})
	case programme.CmdExtend:
		f.add(programme.Field{Name: "until", Kind: programme.FieldText, Label: "New due date", Hint: "A working day, " + dayHint + ". The form is due at 17:00.",
			Required: true, Missing: "Enter the new due date, " + dayHint, Max: 40})
	}
}

func (f *orderForm) add(field programme.Field) { f.own.Fields = append(f.own.Fields, field) }

func (f *orderForm) choose(name, label, missing string, options ...programme.Option) {
	f.add(programme.Field{Name: name, Kind: programme.FieldRadios, Label: label, Required: true, Missing: missing, Options: options})
}

// options are codes to choose from, in words.
func options[T ~string](codes []T) []programme.Option {
	list := make([]programme.Option, len(codes))
	for i, code := range codes {
		list[i] = programme.Option{Value: string(code), Label: word(code)}
	}
	return list
}

// because are the fields that every order ends with.
func (f *orderForm) because(name programme.CommandName) {
	if name == programme.CmdAnswerFor {
		f.add(programme.Field{Name: "given_by", Kind: programme.FieldText, Label: "Who gave the answer?", Required: true, Missing: "Enter who gave the answer", Max: 200})
		f.choose("how", "How did they say so?", "Choose how they said so", programme.WaysGiven()...)
	}
	f.add(programme.Field{Name: "reason", Kind: programme.FieldSelect, Label: "Reason", Required: true, Missing: "Choose a reason", Options: options(programme.ReasonCodes())})
	f.add(programme.Field{Name: "note", Kind: programme.FieldLongText, Label: "Note (optional)", Short: "Note", Hint: "In your own words; it stays in the history.", Max: longestNote})
}

const cohortsOffered = 200

func (s *Console) otherCohorts(ctx context.Context, j programme.Journey, f *orderForm) error {
	list, _, err := s.Store.Cohorts(ctx, "", cohortsOffered)
	field := programme.Field{Name: "cohort", Kind: programme.FieldSelect, Label: "In which cohort does the leader go on?", Short: "Cohort", Required: true, Missing: "Choose the cohort"}
	for _, c := range list {
		if c.Name != j.Cohort {
			field.Options = append(field.Options, programme.Option{Value: c.Name, Label: c.Name + ", begins " + day(c.StartsOn)})
		}
	}
	if len(field.Options) == 0 && err == nil {
		return &programme.Illegal{What: string(programme.CmdDefer), State: "there is no other cohort", Why: "Create the cohort in which the leader goes on first."}
	}
	f.add(field)
	return err
}

func (s *Console) otherDates(ctx context.Context, j programme.Journey, stage string, f *orderForm) error {
	list, err := s.Store.SittingsWithRoom(ctx, j.Ref, stage)
	if len(list) == 0 && err == nil {
		return &programme.Illegal{What: string(programme.CmdChangeSitting), State: "no other date has room", Why: "Add a sitting, or make room at one, first."}
	}
	f.choose("sitting", "Which date?", "Choose the other date", sittingOptions(list)...)
	return err
}

func sittingOptions(list []programme.Sitting) []programme.Option {
	options := make([]programme.Option, len(list))
	for i, one := range list {
		options[i] = programme.Option{Value: one.Name, Label: span(one.Starts, one.Ends), Hint: one.Where() + ", " + strconv.Itoa(one.Room()) + " free"}
	}
	return options
}

const mailsOffered = 200

// sentMails offers what went out, the latest of each message.
func (s *Console) sentMails(ctx context.Context, j programme.Journey, f *orderForm) error {
	list, _, err := s.Store.Messages(ctx, j.Ref, "", mailsOffered)
	if err != nil {
		return err
	}
	field := programme.Field{Name: "message", Kind: programme.FieldSelect, Label: "Which mail?", Short: "Mail", Required: true, Missing: "Choose the mail"}
	slices.SortStableFunc(list, func(a, b programme.Message) int { return b.At.Compare(a.At) })
	for _, m := range list {
		if went(m) {
			field.Options = append(field.Options, programme.Option{Value: m.Key, Label: word(m.Message) + " to the " + m.To + ", " + moment(m.At)})
		}
	}
	if len(field.Options) == 0 {
		return &programme.Illegal{What: string(programme.CmdResend), State: "nothing was sent", Why: "There is no mail yet that could go again."}
	}
	f.add(field)
	return nil
}

func (s *Console) otherCoaches(ctx context.Context, j programme.Journey, f *orderForm) error {
	list, err := s.Store.Coaches(ctx, j.Cohort)
	field := programme.Field{Name: "coach", Kind: programme.FieldSelect, Label: "Coach", Required: true, Missing: "Choose a coach, or the next best",
		Options: []programme.Option{{Value: "next", Label: "The next best match"}}}
	for _, c := range list {
		if !c.Left {
			field.Options = append(field.Options, programme.Option{Value: c.Ref, Label: c.Name + " (" + c.Region + ", " + strconv.Itoa(c.Load) + " of " + strconv.Itoa(c.Capacity) + " leaders)"})
		}
	}
	f.add(field)
	return err
}

// details asks for the leader's name, post and assistant, with what is known in the fields.
func (f *orderForm) details(j programme.Journey) {
	form, err := programme.FormNamed(programme.FormOnboarding)
	if err != nil {
		panic(err) // impossible: the form is part of the program
	}
	known := knownDetails(j)
	for _, name := range []string{programme.SectionProfile, programme.SectionAssistant} {
		section, _ := form.Section(name)
		for _, field := range section.Fields {
			if value, asked := known[field.Name]; asked {
				field.Required, field.When, field.Autocomplete, field.Hint = false, nil, "", ""
				f.add(field)
				f.filled[field.Name] = value
			}
		}
	}
}

// knownDetails are a leader's details by the names of the onboarding form.
func knownDetails(j programme.Journey) programme.Answers {
	known := programme.Answers{}
	put := func(name, value string) { known[name] = []string{value} }
	put("title", j.Person.Title)
	put("given_name", j.Person.GivenName)
	put("family_name", j.Person.FamilyName)
	put("phone", j.Person.Phone)
	put("job_title", j.Role.JobTitle)
	put("organisation", j.Role.Organisation)
	put("sector", j.Role.Sector)
	put("region", j.Role.Region)
	put("role_started", j.Role.RoleStarted)
	assistant := programme.Person{}
	if j.Assistant != nil {
		assistant = *j.Assistant
	}
	put("assistant_name", nameOf(assistant))
	put("assistant_email", assistant.Email)
	put("assistant_phone", assistant.Phone)
	put("assistant_may", string(j.AssistantMay))
	return known
}

// answerForm asks what the form of the stage asks, as far as somebody else than the leader may answer it.
func (s *Console) answerForm(ctx context.Context, j programme.Journey, stage programme.Stage, f *orderForm) error {
	alone := &programme.Illegal{What: string(programme.CmdAnswerFor), State: stage.Name + " asks for scores", Why: "Only the leader can answer this."}
	cohort, err := s.Store.Cohort(ctx, j.Cohort)
	if err != nil {
		return err
	}
	b, err := s.Blueprints(cohort.Blueprint)
	if err != nil {
		return err
	}
	known, err := b.StageIn(cohort, stage.Name)
	if err != nil {
		return err
	}
	name := b.FormOf(known)
	if stage.Part == programme.PartOffer {
		name = programme.FormOffer
	}
	form, err := programme.FormNamed(name)
	if errors.Is(err, programme.ErrNotFound) {
		return alone
	}
	if err != nil {
		return err
	}
	if stage.Kind == programme.KindEvent {
		places, err := s.Store.Places(ctx, j.Ref)
		if err != nil {
			return err
		}
		if b.AsksOnline(stage.Name, places) {
			form = form.Online()
		}
	}
	f.filled = knownDetails(j)
	for _, section := range form.Sections {
		switch {
		case section.Sealed:
			return alone
		case !section.Kept(), stage.Part == programme.PartAttendance && section.Name != programme.SectionNeeds:
			continue
		}
		if stage.Kind == programme.KindEvent && section.Name == programme.SectionPlace {
			if err := s.datesOf(ctx, j, stage.Name, &section); err != nil {
				return err
			}
		}
		f.form = append(f.form, section)
	}
	f.partial = stage.Part == programme.PartAttendance
	return nil
}

// datesOf lets one of the other dates be chosen instead of typed.
func (s *Console) datesOf(ctx context.Context, j programme.Journey, stage string, section *programme.Section) error {
	list, err := s.Store.SittingsWithRoom(ctx, j.Ref, stage)
	if err != nil {
		return err
	}
	section.Fields = slices.Clone(section.Fields)
	for i, field := range section.Fields {
		switch {
		case field.Name == "sitting":
			field.Kind, field.Options, field.Label = programme.FieldRadios, sittingOptions(list), "Which date would suit the leader?"
		case field.Name == "place":
			field.Label = "Will the leader be there?"
		}
		section.Fields[i] = field
	}
	if len(list) == 0 {
		section.Fields = slices.DeleteFunc(section.Fields, func(f programme.Field) bool { return f.Name == "sitting" })
	}
	return nil
}
