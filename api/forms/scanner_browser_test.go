package forms_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"fairlead/internal/browsertest"
	"fairlead/programme"

	"github.com/chromedp/chromedp"
)

// A scanner that runs scripts loads the page of every link and waits: no script presses its button.
func TestAScannerThatRunsScripts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: nothing is tried in a browser with -short")
	}
	program := browsertest.Program()
	if program == "" {
		if browsertest.Demanded() {
			t.Fatal(browsertest.Missing)
		}
		t.Skip("SKIPPED: nothing was tried in a browser: " + browsertest.Missing)
	}
	b := setup(t)
	b.open("closing-survey")
	b.assistant(programme.AssistantDates)
	server := httptest.NewServer(b.handler)
	t.Cleanup(server.Close)
	deadline, end := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(end)
	ctx, stop := chromedp.NewExecAllocator(deadline, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox)...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	_, exit := b.exit()
	visits := len(b.records.visits)
	for _, address := range []string{"/l/" + b.link(programme.LinkAsk, "closing-survey", leader.ID).Reveal(), "/l/" + b.link(programme.LinkYear, "", leader.ID).Reveal(),
		"/l/" + b.link(programme.LinkAssistant, "", assistant.ID).Reveal(), exit} {
		err := chromedp.Do(ctx, chromedp.Navigate(server.URL+address), chromedp.WaitReady(chromedp.CSS("body.js-enabled")), chromedp.Sleep(300*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
	}
	b.records.mu.Lock()
	defer b.records.mu.Unlock()
	if b.records.writes > 0 || len(b.records.visits) != visits || b.records.off {
		t.Errorf("%d writes, %d visits more, off %v", b.records.writes, len(b.records.visits)-visits, b.records.off)
	}
}
