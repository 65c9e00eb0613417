package forms

import (
	"errors"
	"net/http"
	"time"

	"fairlead/programme"

	"github.com/gin-gonic/gin"
)

// certificatePage is the certificate, on one sheet when printed.
type certificatePage struct {
	frame
	Name      string
	Programme string
	From      string
	To        string
	Signatory string
	Ref       string
}

// showCertificate is there once the programme is complete. The name is the one the leader asked for.
func (f *Forms) showCertificate(c *gin.Context) error {
	v, err := f.leader(c)
	if err != nil {
		return err
	}
	if v.journey.State != programme.Completed {
		return f.refuse(v, http.StatusNotFound, "Your certificate is not ready yet", "It will be here when you have completed the programme.")
	}
	blueprint, err := f.Blueprints(v.cohort.Blueprint)
	if err != nil {
		return err
	}
	page := &certificatePage{frame: f.frame(v, "Certificate"), Name: v.journey.Person.Name, Programme: blueprint.Title,
		From: v.cohort.StartsOn.At(12, 0).In(programme.London).Format("January 2006"), Signatory: v.cohort.Signatory, Ref: v.ref}
	var ended time.Time
	for _, stage := range v.journey.Stages {
		if !stage.Later {
			ended = later(ended, stage.ClosedAt)
		}
		if stage.Kind != programme.KindAlumni || stage.Round == 0 {
			continue
		}
		answer, err := f.Store.Answers(c.Request.Context(), programme.AskID(v.ref, stage.Name, stage.Round))
		if err != nil && !errors.Is(err, programme.ErrNotFound) {
			return err
		}
		if name := answer.Answers.Get("certificate_name"); name != "" {
			page.Name = name
		}
	}
	page.To = day(later(ended, v.cohort.StartsOn.At(12, 0)))
	return f.render(c, http.StatusOK, "certificate.html", page)
}
