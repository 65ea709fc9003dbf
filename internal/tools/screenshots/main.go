// Screenshots takes the guides' pictures of the simulated cloud's portal, from the real pages. Each picture carries a digest of what its
// page was made of, so that one that is out of date is found without a browser:
//
//	go run ./internal/tools/screenshots
//	go run ./internal/tools/screenshots -check
//
// The pictures are not below docs/, because the generator of docs/ takes pages only and a registry shows no relative picture. README.md
// shows them by their path, and the guides by the address of the file on the branch main at GitHub. The address has main and not the
// tag of a release, so that the picture is there before the tag is, and no release has to change it. A page of an older release
// therefore shows the portal of today: keep the names of the files.
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/jmapcloud/terraform-provider-jmapcloud/internal/tools/browser"
)

const (
	home  = "examples/portal" // of the pictures that the guides show
	scale = 1.5               // pixels of a picture for each CSS pixel: sharp on most screens, in less than 150 KB
)

func main() {
	to := flag.String("to", home, "the `folder` of the pictures")
	check := flag.Bool("check", false, "take no pictures: fail if one of them is not of today's page")
	width := flag.Int64("width", 1000, "how many CSS `pixels` wide the pictures are")
	dark := flag.Bool("dark", false, "show the pages in their dark colours")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	if *check {
		err = stale(ctx, *to)
	} else {
		err = take(ctx, *to, *width, *dark)
	}
	if err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

func picture(folder, scene string) string { return filepath.Join(folder, scene+".png") }

// take writes the picture of every scene into the folder.
func take(ctx context.Context, folder string, width int64, dark bool) error {
	chromium, end, err := browser.Start(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for name, s := range scenes {
		png, err := s.capture(ctx, chromium, width, dark)
		if err == nil {
			err = os.WriteFile(picture(folder, name), png, 0o600)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// capture returns the picture of a scene, as a PNG that carries its digest.
func (s scene) capture(ctx, chromium context.Context, width int64, dark bool) ([]byte, error) {
	shown, err := s.show(ctx)
	if err != nil {
		return nil, err
	}
	defer shown.close()
	tab, closeTab := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext())
	defer closeTab()
	colours := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "light"}
	if dark {
		colours.Value = "dark"
	}
	if err := chromedp.Do(tab,
		chromedp.EmulateViewport(width+s.wider, 300, chromedp.EmulateScale(scale)), // the picture is as high as the page
		browser.Command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{colours}}),
		chromedp.Navigate(shown.url),
	); err != nil {
		return nil, err
	}
	png, err := chromedp.Run(tab, chromedp.FullScreenshot(100))
	if err != nil {
		return nil, err
	}
	return signed(png, shown.digest), nil
}

// stale returns an error that names the pictures that are missing or not of today's page.
func stale(ctx context.Context, folder string) error {
	var all []error
	for name, s := range scenes {
		png, err := os.ReadFile(filepath.Clean(picture(folder, name)))
		if err != nil {
			all = append(all, err)
			continue
		}
		shown, err := s.show(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		shown.close()
		if !bytes.Contains(png, chunk(shown.digest)) {
			all = append(all, fmt.Errorf("%s does not show today's page: make screenshots", picture(folder, name)))
		}
	}
	return errors.Join(all...)
}

// chunk is a tEXt chunk of a PNG: length, type and content, checksum.
func chunk(digest string) []byte {
	content := []byte("tEXtSource\x00" + digest)
	whole := binary.BigEndian.AppendUint32(nil, uint32(len(content)-len("tEXt"))) //nolint:gosec // a digest is short
	return binary.BigEndian.AppendUint32(append(whole, content...), crc32.ChecksumIEEE(content))
}

// signed puts the digest before the last chunk of a PNG, IEND, which is 12 bytes long.
func signed(png []byte, digest string) []byte {
	end := len(png) - 12
	return append(append(append([]byte{}, png[:end]...), chunk(digest)...), png[end:]...)
}
