package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestFaults_tableNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../*/*_test.go")
	must(t, err)
	var code strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		code.Write(text)
	}
	table, err := os.ReadFile("../faults.md")
	must(t, err)
	named := regexp.MustCompile("`((?:Test|Fuzz)[^`]*)`")
	for _, name := range named.FindAllStringSubmatch(string(table), -1) {
		if !strings.Contains(code.String(), "\nfunc "+name[1]+"(") {
			t.Errorf("there is no %s", name[1])
		}
	}
	row := 0
	for line := range strings.Lines(string(table)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| #") {
			continue
		}
		row++
		if !strings.HasPrefix(line, fmt.Sprintf("| %d |", row)) {
			t.Errorf("row %d is %s", row, line)
		}
		if strings.Contains(line, "Does not apply") == (named.MatchString(line) || strings.Contains(line, "| CLI |")) {
			t.Errorf("row %d has tests or does not apply, and not both", row)
		}
		if all, inCLI := isMet(row); all != strings.Contains(line, "| All, ") || inCLI != strings.Contains(line, "| All, CLI, ") {
			t.Errorf("row %d is met: %t, and by real Terraform: %t", row, all, inCLI)
		}
	}
	if row != 38 {
		t.Errorf("%d rows", row)
	}
}

// isMet reports whether the provider meets a fault of that row, and whether real Terraform does.
func isMet(row int) (all, inCLI bool) {
	for name, f := range faultRows {
		if strings.HasPrefix(name, fmt.Sprint(row, " ")) {
			all, inCLI = true, inCLI || f.inCLI
		}
	}
	return all, inCLI
}
