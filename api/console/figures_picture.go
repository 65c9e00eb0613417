package console

import (
	"strconv"

	"fairlead/programme"
)

// The measures of the pictures, in units of their own: a browser draws them at any width.
const (
	barsWidth  = 480
	barStep    = 34
	scaleWidth = 120
	scaleEdge  = 6 // room for half a mark at either end
)

// barsPicture is a few numbers of one kind as bars, the longest as wide as the picture.
type barsPicture struct {
	Width, Height int
	Words         string // all of it in a sentence, for those who cannot see it
	Bars          []barOf
}

// barOf is one line of such a picture.
type barOf struct {
	Title  string
	Number int
	Words  int // baseline of the words
	Top    int
	Length int
}

// funnel draws how many places there were, how many leaders were asked, took one up and came to the end.
func funnel(f programme.Figures) barsPicture {
	lines := []barOf{{Title: "Places", Number: f.Places}, {Title: "Asked", Number: f.Asked}, {Title: "Took up a place", Number: f.Accepted},
		{Title: "Completed", Number: f.ByState[programme.Completed]}}
	most := 1
	for _, line := range lines {
		most = max(most, line.Number)
	}
	p := barsPicture{Width: barsWidth, Height: barStep * len(lines)}
	for n, line := range lines {
		line.Words, line.Top, line.Length = n*barStep+14, n*barStep+19, line.Number*barsWidth/most
		p.Bars = append(p.Bars, line)
		if n > 0 {
			p.Words += ", "
		}
		p.Words += line.Title + " " + strconv.Itoa(line.Number)
	}
	p.Words += "."
	return p
}

// scalePicture is one question's means on its scale: where people stood before and where they stood after.
type scalePicture struct{ Before, After, From, To int }

// onScale draws a measure that enough people have answered; nil of too few, and where only the later answers are shown.
func onScale(m programme.Measure) *scalePicture {
	if m.N == 0 || m.Alone || m.To <= m.From {
		return nil
	}
	at := func(mean float64) int {
		return scaleEdge + int((mean-float64(m.From))/float64(m.To-m.From)*(scaleWidth-2*scaleEdge)+0.5)
	}
	return &scalePicture{Before: at(m.Before.Mean), After: at(m.After.Mean), From: scaleEdge, To: scaleWidth - scaleEdge}
}
