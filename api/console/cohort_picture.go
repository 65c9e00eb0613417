package console

import (
	"strconv"

	"fairlead/programme"
)

// stagesPicture is how far a cohort's journeys are: a bar for each stage, parted by what became of it.
type stagesPicture struct {
	Width, Height int
	Words         string // all of it in sentences, for those who cannot see it
	Stages        []stageBar
}

// stageBar is one stage.
type stageBar struct {
	Text  string
	Words int // baseline of the words
	Top   int
	Parts []barPart
}

// barPart is the journeys that have the stage behind them, open, or ended without an answer.
type barPart struct {
	Top, From, Length int
	Class             string
}

// stretches draws the counts of the table beneath it.
func stretches(stages []option, counts programme.CohortCounts) stagesPicture {
	const step = 36
	p := stagesPicture{Width: lineWidth}
	all := 0
	for _, n := range counts.ByState {
		all += n
	}
	if all == 0 {
		return p
	}
	for n, stage := range stages {
		of := counts.ByStage[stage.Value]
		done, open, without := of[programme.StageDone], of[programme.StageOpen], of[programme.StageLapsed]+of[programme.StageSkipped]+of[programme.StageCancelled]
		bar := stageBar{Words: n*step + 12, Top: n*step + 18, Text: stage.Label + ": " + strconv.Itoa(done) + " done, " + strconv.Itoa(open) + " open"}
		from := 0
		for _, part := range []struct {
			n     int
			class string
		}{{done, "done"}, {open, "open"}, {without, "over"}} {
			if length := min(part.n*lineWidth/all, lineWidth-from); length > 0 {
				bar.Parts = append(bar.Parts, barPart{Top: n*step + 18, From: from, Length: length, Class: part.class})
				from += length
			}
		}
		p.Stages = append(p.Stages, bar)
		p.Words += bar.Text + ". "
	}
	p.Height = step * len(stages)
	return p
}
