package forms

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// reportPage is what the questionnaire says to the leader who took it, or to the coach the leader shows it to: a picture,
// the same numbers in a table, and what each scale means. It compares with nobody.
type reportPage struct {
	frame
	Leader   string // whose it is, on the coach's page; empty on the leader's own
	Taken    string // the day
	Name     string // of the instrument
	Source   string
	Seen     string // who can see it at this moment
	Consents string // where the leader withdraws; empty on the coach's page
	Scales   []reportScale
	Picture  picture
	From, To int
	Unscored bool
	StoodIn  bool
}

// reportScale is one scale with its score.
type reportScale struct {
	programme.Scale
	Score    string // the number, or "not scored"
	Scored   bool
	Answered int
	Of       int  // its statements
	LeftOut  bool // at least one of them
}

// picture is the scores as bars. Lengths are in the picture's own units, so that a browser can draw it at any width.
type picture struct {
	Width, Height int
	Words         string // all of it in a sentence, for those who cannot see it
	Bars          []bar
}

// bar is one line of the picture.
type bar struct {
	Title  string
	Score  string
	Scored bool
	Words  int // baseline of the words
	Top    int
	Length int
}

// The measures of the picture.
const (
	pictureWidth = 320
	barStep      = 48
)

func reportOf(v *visitor) string { return "/report/" + v.ref }

// hasReport reports whether there is a report.
func (f *Forms) hasReport(ctx context.Context, v *visitor) (bool, error) {
	_, err := f.Store.Report(ctx, v.ref)
	if errors.Is(err, programme.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func draw(scales []reportScale, scores []programme.ScaleScore) picture {
	p := picture{Width: pictureWidth, Height: barStep*len(scales) + 20}
	var said []string
	for n, scale := range scales {
		b := bar{Title: scale.Title, Score: scale.Score, Scored: scale.Scored, Words: n*barStep + 18, Top: n*barStep + 24}
		if scale.Scored {
			b.Length = (scores[n].Sum - programme.ScoreFrom) * pictureWidth / (programme.ScoreTo - programme.ScoreFrom)
		}
		p.Bars = append(p.Bars, b)
		said = append(said, scale.Title+" "+scale.Score)
	}
	p.Words = "On a scale from " + strconv.Itoa(programme.ScoreFrom) + " to " + strconv.Itoa(programme.ScoreTo) + ": " + strings.Join(said, ", ") + "."
	return p
}

// showReport is GET /report/{ref}: the leader's alone.
func (f *Forms) showReport(c *gin.Context) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	report, err := f.Store.Report(ctx, v.ref)
	if errors.Is(err, programme.ErrNotFound) {
		return f.refuse(v, http.StatusNotFound, "There is no report", "You have not sent the questionnaire, or you have withdrawn your consent and the report was deleted.")
	}
	if err != nil {
		return err
	}
	page, err := reportPageOf(f.frame(v, "Your report"), report)
	if err != nil {
		return err
	}
	page.Consents = consentsOf(v)
	if page.Seen, err = f.whoSees(ctx, v); err != nil {
		return err
	}
	return f.render(c, http.StatusOK, "report.html", page)
}

// whoSees says who can see the leader's report at this moment.
func (f *Forms) whoSees(ctx context.Context, v *visitor) (string, error) {
	consents, err := f.Store.Consents(ctx, v.ref)
	if err != nil {
		return "", err
	}
	agreed := slices.Contains(consents, programme.Consent{Purpose: programme.ConsentCoachReport, Given: true})
	if !agreed {
		return "Only you can see this report.", nil
	}
	coach, err := f.Store.CoachOf(ctx, v.ref)
	if errors.Is(err, programme.ErrNotFound) {
		return "Only you can see this report now. You agreed that your coach may see it, and you have no coach at the moment.", nil
	}
	return "You and your coach, " + coach.Name + ", can see this report, because you agreed to that.", err
}

// reportPageOf lays out a report.
func reportPageOf(fr frame, report programme.Report) (*reportPage, error) {
	in, err := programme.InstrumentNamed(report.Instrument)
	if err != nil {
		return nil, err
	}
	page := &reportPage{frame: fr, Taken: day(report.At), Name: in.Name, Source: in.Source, From: programme.ScoreFrom, To: programme.ScoreTo}
	for _, score := range report.Scores {
		line := reportScale{Scale: in.Scale(score.Scale), Score: "not scored", Scored: score.Scored, Answered: score.Answered, Of: itemsOf(in, score.Scale)}
		line.LeftOut = line.Answered < line.Of
		if score.Scored {
			line.Score = strconv.Itoa(score.Sum)
		}
		page.Unscored = page.Unscored || !score.Scored
		page.StoodIn = page.StoodIn || line.Scored && line.LeftOut
		page.Scales = append(page.Scales, line)
	}
	page.Picture = draw(page.Scales, report.Scores)
	return page, nil
}
