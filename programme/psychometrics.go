package programme

import (
	"net/url"
	"strconv"
	"time"
)

// Consent is a yes or no of a leader to one purpose.
type Consent struct {
	Purpose string
	Given   bool
	Ended   time.Time // when one that was given ended; zero where it is given, or never was
	Taken   bool      // the leader took it back; else it ended because the coach has come to belong to the leader's organisation
}

// What a leader agrees to in onboarding and can take back at any time.
const (
	ConsentPsychometrics = "psychometrics" // to take the questionnaire, and that its report is kept
	ConsentCoachReport   = "coach_report"  // that the coach they have sees the report
)

// OutcomeConsentRefused is how a psychometrics stage was skipped because the leader does not agree to it.
const OutcomeConsentRefused = "consent_refused"

// form is the instrument as a form: a page of items a section, any item of which may be left out.
func (in Instrument) form() Form {
	form := Form{Name: in.ID, Title: "Personality questionnaire"}
	for from := 0; from < len(in.Items); from += in.ItemsAPage {
		page := Section{Name: "page-" + strconv.Itoa(len(form.Sections)+1), Sealed: true, Optional: true}
		for _, item := range in.Items[from:min(from+in.ItemsAPage, len(in.Items))] {
			page.Fields = append(page.Fields, Field{Name: item.Field(), Kind: FieldScale, Label: item.Text, Options: in.options()})
		}
		form.Sections = append(form.Sections, page)
	}
	for n := range form.Sections {
		form.Sections[n].Title = "Page " + strconv.Itoa(n+1) + " of " + strconv.Itoa(len(form.Sections))
	}
	return form
}

// options are the steps of the response scale, then the way out: a radio that was chosen cannot be unchosen.
func (in Instrument) options() []Option {
	var options []Option
	for n, words := range in.Responses {
		options = append(options, Option{Value: strconv.Itoa(n + 1), Label: words})
	}
	return append(options, Option{Value: SkipAnswer, Label: "Leave this one out"})
}

// supplierForm is what a stage asks whose questionnaire a supplier of the centre's holds: nothing here.
func supplierForm() Form { return Form{Name: FormSupplier, Title: "Personality questionnaire"} }

// psychometrics judges whose questionnaire a stage asks and whether the consent for it was asked before.
func (k *checker) psychometrics(s BlueprintStage) {
	if s.Kind != KindPsychometrics {
		if s.Instrument != "" {
			k.add(s, "instrument", "only a psychometrics stage has an instrument.")
		}
		if s.Supplier != "" {
			k.add(s, "supplier", "only a psychometrics stage has a supplier.")
		}
		return
	}
	switch {
	case s.Instrument != "" && s.Supplier != "":
		k.add(s, "supplier", "name an instrument or a supplier, not both.")
	case s.Supplier != "":
		if at, err := url.Parse(s.Supplier); err != nil || at.Scheme != "https" || at.Host == "" || at.User != nil {
			k.add(s, "supplier", "give the address of the supplier's questionnaire, as https://example.org/questionnaire.")
		}
	case s.Instrument == "":
		k.add(s, "instrument", "name the instrument it asks, such as ipip-50, or give the address of a “supplier”.")
	default:
		if _, err := InstrumentNamed(s.Instrument); err != nil {
			k.add(s, "instrument", "there is no instrument “%s”. ipip-50 comes with Fairlead.", s.Instrument)
		}
	}
	if before, found := k.b.Stage(s.After); !found || before.Kind != KindOnboarding {
		k.add(s, "opens_after", "it opens when the onboarding has ended, which asks for consent: add “opens_after” with its name.")
	}
}
