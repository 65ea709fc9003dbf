// Package browser runs Chromium without a window, for tests and pictures; it knows nothing of the pages that it shows.
package browser

import (
	"context"
	"errors"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// ErrNone is the answer on a machine without a browser.
var ErrNone = errors.New("there is no browser on PATH: install Chromium (on Debian, apt-get install chromium)")

// Life bounds all that one browser is asked. It is more than it takes on a busy machine.
const Life = 5 * time.Minute

// Start starts one browser, which reaches nothing but loopback. It ends with ctx, or with the returned function.
func Start(ctx context.Context) (context.Context, context.CancelFunc, error) {
	path, err := find()
	if err != nil {
		return nil, nil, err
	}
	bounded, release := context.WithTimeout(ctx, Life)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // root and containers have none
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	allocator, closed := chromedp.NewExecAllocator(bounded, options...)
	browser, closeBrowser := chromedp.NewContext(allocator)
	end := func() {
		closeBrowser()
		closed()
		release()
	}
	if err := chromedp.Do(browser); err != nil {
		end()
		return nil, nil, err
	}
	return browser, end, nil
}

func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNone
}

// Command is a command of the DevTools protocol, as a step.
func Command[P any](c cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}
