package browser

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// stepLife is more than a step takes on a busy machine.
const stepLife = 30 * time.Second

// ForTest starts one browser, which ends with the test. Where there is none, the test is skipped.
func ForTest(t *testing.T) context.Context {
	t.Helper()
	browser, end, err := Start(t.Context())
	if errors.Is(err, ErrNone) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return browser
}

// Tab is one tab of a browser in a test, with cookies and storage of its own. What goes wrong fails the test.
type Tab struct {
	t   *testing.T
	ctx context.Context
	url string
}

// NewTab opens a tab for the pages below url, after the steps of setup.
func NewTab(t *testing.T, browser context.Context, url string, setup ...chromedp.Action[chromedp.Void]) *Tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	// Tabs side by side each have the focus, as if each were in front.
	setup = append(setup, Command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	if err := chromedp.Do(ctx, setup...); err != nil {
		t.Fatal(err)
	}
	return &Tab{t, ctx, url}
}

// WithoutJavaScript is a step after which no page runs scripts.
func WithoutJavaScript() chromedp.Action[chromedp.Void] {
	return Command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// Do does the steps.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, release := context.WithTimeout(b.ctx, stepLife)
	defer release()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// Opens does what leads to another page, waits for that page and fails the test unless it came with the status.
func (b *Tab) Opens(status int64, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, release := context.WithTimeout(b.ctx, stepLife)
	defer release()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		b.t.Fatalf("no page came: %v; the tab shows %q", err, b.Text())
	}
	if response.Status != status {
		b.t.Fatalf("status %d, want %d; the tab shows %q", response.Status, status, b.Text())
	}
}

// Visit opens a page by its path.
func (b *Tab) Visit(path string, status int64) {
	b.t.Helper()
	b.Opens(status, chromedp.Navigate(b.url+path))
}

// Ask evaluates an expression in b's page.
func Ask[T any](b *Tab, expression string, options ...chromedp.EvaluateOption) T {
	b.t.Helper()
	ctx, release := context.WithTimeout(b.ctx, stepLife)
	defer release()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, options...))
	if err != nil {
		b.t.Fatalf("%.100s: %v", expression, err)
	}
	return value
}

// Text is what b shows, as one would read it.
func (b *Tab) Text() string {
	b.t.Helper()
	return Ask[string](b, `document.body.innerText`)
}

// Shows fails the test unless b shows all of words.
func (b *Tab) Shows(words ...string) {
	b.t.Helper()
	text := b.Text()
	for _, word := range words {
		if !strings.Contains(text, word) {
			b.t.Fatalf("no %q in %q", word, text)
		}
	}
}

// Fill types into the field that has the label, after a click on the label.
func (b *Tab) Fill(label, value string) {
	b.t.Helper()
	b.Do(chromedp.Click(Labelled("label", label)), chromedp.KeyEvent(value))
	if got := Ask[string](b, `document.activeElement.value`); got != value {
		b.t.Fatalf("%s has %q, want %q", label, got, value)
	}
}

// Labelled finds the element that has the text.
func Labelled(element, text string) chromedp.Search {
	return chromedp.Search(`//` + element + `[normalize-space()="` + text + `"]`)
}

// Focuses waits until what matches the selector has the focus, which a new page gives once it is drawn.
func (b *Tab) Focuses(selector string) {
	b.t.Helper()
	ctx, release := context.WithTimeout(b.ctx, stepLife)
	defer release()
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(selector+":focus"))); err != nil {
		b.t.Fatalf("waiting for the focus on %s: %v; it is on %s", selector, err, Ask[string](b, `document.activeElement.outerHTML`))
	}
}

// Press types keys.
func (b *Tab) Press(keys string) {
	b.t.Helper()
	b.Do(chromedp.KeyEvent(keys))
}
