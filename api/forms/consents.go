package forms

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// consentsPage is what a leader agreed to, with the way to withdraw it.
type consentsPage struct {
	frame
	Lines []consentLine
}

// consentLine is one consent. Withdraw is empty where it is not given, Agree where it is, or cannot be given here.
type consentLine struct {
	Title    string
	Text     string
	Withdraw *way
	Agree    string // where the form that gives it goes
	Button   string
}

// withdrawPage says what follows before a consent is withdrawn.
type withdrawPage struct {
	frame
	Follows []string
	Action  string
}

// questionnaireAgreed is the consent without which there is no report to show.
var questionnaireAgreed = programme.Consent{Purpose: programme.ConsentPsychometrics, Given: true}

func consentsOf(v *visitor) string { return "/year/" + v.ref + "/consents" }

// consentWords are the consents as people read them, each with what it means when it is given and when it is not.
var consentWords = map[string]struct{ title, given, not, taken string }{
	programme.ConsentPsychometrics: {"Personality questionnaire", "You agree to take it. You see your own report; staff see only that it is done.", "You do not agree to it, so we do not ask it.",
		"What you had answered and your report are deleted, and your coach sees nothing of them."},
	programme.ConsentCoachReport: {"Your coach and your report", "The coach you have may see your report. If you change coach we ask you again.", "Only you may see your report.",
		"Your coach can open your report no more: only you may see it. If they have opened it, their page asks them to destroy every copy."},
}

func (f *Forms) showConsents(c *gin.Context) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	consents, err := f.Store.Consents(c.Request.Context(), v.ref)
	if err != nil {
		return err
	}
	page := &consentsPage{frame: f.frame(v, "Your consents")}
	page.Back = &way{Text: "Back to your year", Href: "/year/" + v.ref}
	coach, err := f.Store.CoachOf(c.Request.Context(), v.ref)
	if err != nil && !errors.Is(err, programme.ErrNotFound) {
		return err
	}
	for _, consent := range consents {
		words := consentWords[consent.Purpose]
		line := consentLine{Title: words.title, Text: words.not}
		switch {
		case consent.Ended.IsZero():
		case consent.Taken:
			line.Text = "You took this back on " + day(consent.Ended) + ". " + words.taken
		default:
			line.Text = "This ended on " + day(consent.Ended) + ", because you and your coach have come to belong to one organisation. " + words.taken
		}
		if consent.Given {
			line.Text = words.given
			line.Withdraw = &way{Text: "Withdraw", Href: consentsOf(v) + "/" + consent.Purpose, Hidden: "your consent: " + lower(words.title)}
		}
		mayAgree := consent.Purpose == programme.ConsentCoachReport && !consent.Given && coach.Ref != "" && slices.Contains(consents, questionnaireAgreed)
		if mayAgree {
			line.Agree, line.Button = consentsOf(v)+"/"+consent.Purpose+"/agree", "Let "+coach.Name+" see my report"
		}
		page.Lines = append(page.Lines, line)
	}
	return f.render(c, http.StatusOK, "consents.html", page)
}

// agreeToCoach is POST /year/{ref}/consents/coach_report/agree: the coach the leader has may see the report. Once more changes
// nothing.
func (f *Forms) agreeToCoach(c *gin.Context) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	if _, err := posted(c); err != nil {
		return err
	}
	if c.Param("purpose") != programme.ConsentCoachReport {
		return programme.ErrNotFound
	}
	if err := f.Store.AgreeToCoach(c.Request.Context(), v.ref); err != nil {
		return err
	}
	return seeOther(c, consentsOf(v))
}

// consentToWithdraw is the consent in the address, whether it is given, and the leader whose it is.
func (f *Forms) consentToWithdraw(c *gin.Context) (*visitor, programme.Consent, error) {
	v, err := f.leader(c)
	if err != nil {
		return nil, programme.Consent{}, err
	}
	consents, err := f.Store.Consents(c.Request.Context(), v.ref)
	if err != nil {
		return nil, programme.Consent{}, err
	}
	for _, consent := range consents {
		if consent.Purpose == c.Param("purpose") {
			return v, consent, nil
		}
	}
	return nil, programme.Consent{}, programme.ErrNotFound
}

func (f *Forms) showWithdrawConsent(c *gin.Context) error {
	v, consent, err := f.consentToWithdraw(c)
	switch {
	case err != nil:
		return err
	case !consent.Given:
		return seeOther(c, consentsOf(v))
	}
	page := &withdrawPage{frame: f.frame(v, "Withdraw your consent"), Action: consentsOf(v) + "/" + consent.Purpose}
	page.Back = &way{Text: "Back to your consents", Href: consentsOf(v)}
	if page.Follows, err = f.followsWithdrawing(c.Request.Context(), v, consent.Purpose); err != nil {
		return err
	}
	return f.render(c, http.StatusOK, "consent_withdraw.html", page)
}

// printedCopies is what nothing can take back.
const printedCopies = "We cannot take back what your coach has read, printed or saved. If they have opened the report, their page asks them to destroy every copy."

// followsWithdrawing says what happens when a consent is withdrawn now.
func (f *Forms) followsWithdrawing(ctx context.Context, v *visitor, purpose string) ([]string, error) {
	if purpose == programme.ConsentCoachReport {
		return []string{"Your coach sees nothing of your report from that moment. You keep it.", printedCopies}, nil
	}
	there, err := f.hasReport(ctx, v)
	if err == nil && !there {
		return []string{"We do not ask you to take the questionnaire any more, and we delete what you may have saved of it. Your place and your coaching are not affected."}, nil
	}
	return []string{"We delete your report and your answers at once. Nobody can bring them back, and your coach sees nothing of them from that moment.",
		printedCopies, "If you want to keep the report, print it first. Your place and your coaching are not affected."}, err
}

// withdrawConsent is its POST. One that was withdrawn already changes nothing.
func (f *Forms) withdrawConsent(c *gin.Context) error {
	v, consent, err := f.consentToWithdraw(c)
	if err != nil {
		return err
	}
	if _, err := posted(c); err != nil {
		return err
	}
	ctx := c.Request.Context()
	outbox, err := f.Store.WithdrawConsent(ctx, v.ref, consent.Purpose)
	if err != nil {
		return err
	}
	f.deliver(ctx, outbox)
	return seeOther(c, consentsOf(v))
}
