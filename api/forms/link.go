package forms

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// linkPage is the door behind a private link: what is asked, and one button. Looking at it has no effect, so a mail
// scanner may open it as often as it likes. It names nobody: only the button shows that a person is there.
type linkPage struct {
	frame
	Asked  string
	When   []string // dates in words
	Button string
	Action string
}

// linkToken is the token of the address. One that cannot be ours is refused before the records are asked.
func linkToken(c *gin.Context) (programme.Token, error) {
	secret := c.Param("token")
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(secret); err != nil || len(raw) != 32 {
		return programme.Token{}, errCutShort
	}
	return programme.TokenFrom(secret), nil
}

// behind finds out where a link leads and what its door says.
func (f *Forms) behind(ctx context.Context, token programme.Token) (page linkPage, target string, err error) {
	now := f.Store.Now(ctx)
	link, err := f.Store.Redeem(ctx, token, now)
	if errors.Is(err, programme.ErrLinkExpired) && link.Purpose == programme.LinkApplication && link.Ref == "" {
		return page, "", applicationsClosed(link.Cohort)
	}
	if err != nil {
		return page, "", err
	}
	if link.Purpose == programme.LinkApplication {
		page, target = behindApplication(link)
		return page, target, nil
	}
	if link.Purpose == programme.LinkCoach {
		return f.behindCoach(ctx, link)
	}
	v := &visitor{ref: link.Ref, part: partParticipant, now: now}
	if v.journey, err = f.Store.Journey(ctx, link.Ref); err != nil {
		return page, "", err
	}
	if v.cohort, err = f.Store.Cohort(ctx, v.journey.Cohort); err != nil {
		return page, "", err
	}
	if v.year, err = f.Blueprints(v.cohort.Blueprint); err != nil {
		return page, "", err
	}
	switch link.Purpose {
	case programme.LinkAsk:
		return f.behindAsk(ctx, v, link)
	case programme.LinkAssistant:
		if v.journey.Assistant == nil || v.journey.Assistant.ID != link.PersonID || v.journey.AssistantMay == programme.AssistantNothing {
			return page, "", programme.ErrLinkExpired
		}
		page = linkPage{frame: f.frame(v, "Dates for the leader you work with"), Button: "See the dates",
			Asked: "You look after the diary of a leader on the programme. Here you see the dates and can confirm that they are in the diary."}
		target = "/year/" + link.Ref + "/assistant"
	case programme.LinkYear:
		page = linkPage{frame: f.frame(v, "Your year on the programme"), Button: "See my year",
			Asked: "What is asked of you now, what comes and what is done, on one page."}
		target = "/year/" + link.Ref
	case programme.LinkReport:
		page = linkPage{frame: f.frame(v, "Your report"), Button: "See my report",
			Asked: "What your answers to the questionnaire say, for your own development."}
		target = reportOf(v)
	default: // the feed has an address of its own, and so has turning mail off
		return page, "", programme.ErrLinkUnknown
	}
	page.Year = "" // nobody is signed in yet
	return page, target, nil
}

func (f *Forms) behindAsk(ctx context.Context, v *visitor, link programme.Link) (page linkPage, target string, err error) {
	var stage programme.Stage
	for _, s := range v.journey.Stages {
		if s.Name == link.Stage {
			stage = s
		}
	}
	if stage.Kind == programme.KindCoaching {
		return f.behindSession(v, stage)
	}
	if _, known := pagesFor(v, stage); !known {
		return page, "", programme.ErrLinkUnknown
	}
	s, err := f.stand(ctx, v, stage)
	if err != nil {
		return page, "", err
	}
	if s.refusal != nil {
		return page, "", atTheDoor(s.refusal)
	}
	page = linkPage{frame: f.frame(v, stage.Title), Button: "Start"}
	switch stage.Kind {
	case programme.KindSelection:
		page.Title, page.Button = "Your invitation to the programme", "See my invitation"
		page.Asked = "A place on the leadership programme is held for you. Please tell us whether you take it."
		if stage.Part == programme.PartOffer {
			page.Title, page.Button = "Your offer of a place on the programme", "See my offer"
		}
		if v.isApplication(stage) {
			page.Title, page.Button = "Your application", "Go to my application"
			page.Asked = "Six short sections, each saved as you go, so you can stop and come back."
		}
	case programme.KindOnboarding:
		page.Title, page.Button = "Get ready for the programme", "Go to my sections"
		page.Asked = "A few short sections about you, what you need and how you would like to be coached: about 15 minutes in all. Each is saved as you go, so you can stop and come back."
	case programme.KindEvent:
		page.Title, page.Button = "Your place at "+stage.Title, "Answer now"
		page.Asked = "A place is held for you. Please tell us whether you will be there. It takes about two minutes."
	case programme.KindPsychometrics:
		page.Title, page.Button = "Your personality questionnaire", "Go to the questionnaire"
		page.Asked = "A questionnaire for your own development: about 15 minutes, saved page by page, so you can stop and come back."
	case programme.KindSurvey:
		page.Button = "Go to the questions"
		page.Asked = "Eleven questions on one page, about five minutes. Your answers are kept apart from your name."
		if own, _ := v.year.Stage(stage.Name); own.LooksBack() {
			page.Asked = "Six questions on one page, about two minutes. Your answers are kept apart from your name."
		}
	case programme.KindAlumni:
		page.Title, page.Button = "Your certificate and the network", "Go to the form"
		page.Asked = "The name on your certificate, and what you would like to share with the network. It takes about three minutes."
	}
	page.When = dueWords(stage, v.now)
	if s.answered {
		page.Asked, page.Button, page.When = "You have answered. Thank you.", "See my answer", nil
		if s.changeable {
			page.When = []string{"You can change your answer until " + moment(s.until) + "."}
		}
	}
	if stage.Kind == programme.KindEvent && (s.answered || s.settled) {
		page.Asked, page.Button, page.When = "Here you see when and where it is, and how your place stands.", "See my place", nil
		if s.changeable {
			page.When = []string{"You can change your answer until " + moment(s.place.Freeze) + "."}
		}
	}
	page.Year = "" // nobody is signed in yet
	return page, v.path(stage), nil
}

// dueWords say by when an answer is wanted and until when it can be given.
func dueWords(stage programme.Stage, now time.Time) []string {
	switch {
	case stage.Due.IsZero():
		return nil
	case now.Before(stage.Due):
		return []string{"Please answer by " + moment(stage.Due) + "."}
	case stage.Limit.After(stage.Due):
		return []string{"This was due on " + moment(stage.Due) + ". You can still answer until " + moment(stage.Limit) + "."}
	}
	return []string{"This is due on " + moment(stage.Due) + "."}
}

// showLink is GET and HEAD /l/{token}: no effect, no cookie.
func (f *Forms) showLink(c *gin.Context) error {
	token, err := linkToken(c)
	if err != nil {
		return err
	}
	page, _, err := f.behind(c.Request.Context(), token)
	if err != nil {
		return err
	}
	page.Action = "/l/" + token.Reveal()
	return f.render(c, http.StatusOK, "link.html", &page)
}

// followLink is the button: it gives the browser a visit and leads to an address without the token.
func (f *Forms) followLink(c *gin.Context) error {
	token, err := linkToken(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	_, target, err := f.behind(ctx, token)
	if err != nil {
		return err
	}
	visit := programme.NewToken()
	if target == "" { // the link verifies an address, and its button begins the application
		return f.beginApplication(c, token, visit)
	}
	if err := f.Store.StartVisit(ctx, token, visit, f.Store.Now(ctx)); err != nil {
		return err
	}
	f.giveCookie(c, visit)
	return seeOther(c, target)
}

// atTheDoor is a refusal as somebody sees it who is not signed in yet.
func atTheDoor(refusal error) error {
	var e *explanation
	if asError(refusal, &e) {
		e.page.Year, e.page.Ways = "", []way{newLink}
	}
	return refusal
}

// behindSession is the door to a coaching session.
func (f *Forms) behindSession(v *visitor, stage programme.Stage) (page linkPage, target string, err error) {
	if err := f.coachingRefusal(v, stage); err != nil {
		return page, "", atTheDoor(err)
	}
	page = linkPage{frame: f.frame(v, stage.Title), Button: "Go to the session",
		Asked: "Book a time with your coach, or see, move or cancel the one you have booked."}
	page.Year = ""
	return page, v.path(stage), nil
}

// behindCoach is the door to a coach's page.
func (f *Forms) behindCoach(ctx context.Context, link programme.Link) (page linkPage, target string, err error) {
	v := &visitor{ref: link.Ref, part: partCoach}
	if v.cohort, err = f.Store.Cohort(ctx, link.Cohort); err != nil {
		return page, "", err
	}
	page = linkPage{frame: f.frame(v, "Your leaders and times"), Button: "See my leaders",
		Asked: "The leaders you coach, your times, and a place to log that a session was held."}
	page.Year = ""
	return page, "/coach/" + link.Ref, nil
}
