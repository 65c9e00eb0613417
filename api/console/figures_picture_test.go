package console

import (
	"net/http"
	"testing"

	"fairlead/programme"

	"github.com/google/go-cmp/cmp"
)

// TestFunnel: the longest bar fills the picture, the others in proportion; a cohort of which nothing is known has none.
func TestFunnel(t *testing.T) {
	t.Parallel()
	p := funnel(yearsFigures())
	lengths := []int{}
	for _, bar := range p.Bars {
		lengths = append(lengths, bar.Length)
	}
	if diff := cmp.Diff([]int{400, 480, 360, 180}, lengths); diff != "" {
		t.Error(diff)
	}
	if p.Words != "Places 100, Asked 120, Took up a place 90, Completed 45." {
		t.Errorf("it says %q", p.Words)
	}
	for _, bar := range funnel(programme.Figures{}).Bars {
		if bar.Length != 0 {
			t.Errorf("%s has a bar", bar.Title)
		}
	}
}

// TestOnScale: the ends of the scale are the ends of the picture; of too few people nothing is drawn.
func TestOnScale(t *testing.T) {
	t.Parallel()
	m := programme.Measure{From: 1, To: 5, N: 12, Before: programme.Spread{Mean: 1}, After: programme.Spread{Mean: 5}}
	if p := onScale(m); p == nil || *p != (scalePicture{6, 114, 6, 114}) {
		t.Errorf("drawn as %+v", p)
	}
	m.Before.Mean = 3
	if p := onScale(m); p.Before != 60 {
		t.Errorf("the middle is at %d", p.Before)
	}
	alone := m
	alone.Alone = true
	if row := measureOf(alone); row.Picture != nil || row.Before != "" || row.Change != "" || row.After == "" {
		t.Errorf("later answers alone are shown as %+v", row)
	}
	m.N = 0
	if onScale(m) != nil {
		t.Error("too few people are drawn")
	}
}

func TestFiguresAreDrawn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.page(figuresAddress, http.StatusOK, `role="img" aria-labelledby="funnel-title funnel-words"`, "Places 100, Asked 120", `<circle class="after" cx="60"`)
}

// TestLoadOfCoaches: the longest track is as wide as the picture, and who has more leaders than places goes beyond their own.
func TestLoadOfCoaches(t *testing.T) {
	t.Parallel()
	for _, drawn := range []struct {
		capacity, load int
		want           loadPicture
	}{{8, 0, loadPicture{118, 0}}, {8, 8, loadPicture{118, 118}}, {4, 2, loadPicture{59, 29}}, {2, 4, loadPicture{29, 59}}} {
		if got := loadOf(programme.Coach{Capacity: drawn.capacity, Load: drawn.load}, 8); got != drawn.want {
			t.Errorf("%d of %d is drawn as %+v", drawn.load, drawn.capacity, got)
		}
	}
	b := setup(t)
	b.page(cohortPath(cohort)+"/coaches", http.StatusOK, `<td>1 of 4<svg class="scale-line load"`, `width="118"`)
}
