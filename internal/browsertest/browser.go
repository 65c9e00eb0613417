// Package browsertest shows pages to a real browser, for tests of any package: it starts Chromium, and tries the pages
// that a package's tests have seen with the accessibility checker axe-core.
package browsertest

import (
	"context"
	"os"
	"os/exec"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Program is the path of Chromium on this machine, or empty.
func Program() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// Missing is said where there is no Chromium. Where nothing may be skipped that is a failure.
const Missing = "no Chromium on this machine: apt-get install chromium"

// Demanded reports whether nothing may be skipped.
func Demanded() bool { return os.Getenv("FAIRLEAD_TEST_ALL") != "" }

// start runs Chromium with a window of that size until ctx ends. Nothing leaves the machine.
func start(ctx context.Context, program string, width, height int, more ...chromedp.ExecAllocatorOption) (context.Context, context.CancelFunc, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WindowSize(width, height))
	options = append(options, more...)
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	browser, end := chromedp.NewContext(allocator)
	// A page is looked at, whichever window of the machine is in front: else what has the focus is not shown so.
	_, err := chromedp.Call(browser, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	if err != nil {
		end()
		stop()
		return nil, nil, err
	}
	return browser, func() { end(); stop() }, nil
}
