// Command diagrams draws the pictures of the guides from their text: each .d2 file of a folder becomes the .svg file beside it.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	log.SetFlags(0)
	folder := flag.String("folder", "examples/pictures", "where the .d2 files are")
	program := flag.String("d2", "", "path of the program d2")
	flag.Parse()
	sources, err := filepath.Glob(filepath.Join(*folder, "*.d2"))
	if err != nil || len(sources) == 0 {
		log.Fatalf("%s has no .d2 file: %v", *folder, err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, source := range sources {
		if err := draw(ctx, *program, source); err != nil {
			stop()
			log.Fatal(err)
		}
	}
}

func draw(ctx context.Context, program, source string) error {
	text, err := os.ReadFile(filepath.Clean(source))
	if err != nil {
		return err
	}
	// Each picture has the colours of both modes, of which the reader's browser chooses.
	cmd := exec.CommandContext(ctx, program, "--layout", "elk", "--theme", "0", "--dark-theme", "200", "--pad", "20", "-", "-")
	var picture, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), &picture, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", source, err, said.String())
	}
	return os.WriteFile(strings.TrimSuffix(source, ".d2")+".svg", finish(picture.Bytes(), text), 0o600)
}

var font = regexp.MustCompile(`font-family: "?(d2-[\w-]+)"?;\n}`)

// finish names a font for where the one inside the picture is not allowed, and says of which source the picture is.
func finish(picture, source []byte) []byte {
	picture = font.ReplaceAll(picture, []byte("font-family: \"$1\", \"Source Sans Pro\", Arial, sans-serif;\n}"))
	return fmt.Appendf(bytes.TrimRight(picture, "\n"), "\n<!-- %s -->\n", sum(source))
}

// sum is by what a test sees that a picture is older than its source.
func sum(source []byte) string {
	return fmt.Sprintf("drawn by d2 from the text with the SHA-256 sum %x", sha256.Sum256(source))
}
