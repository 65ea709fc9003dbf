package provider

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// parentEnds waits for the end of the parent process or of ctx, whose error it returns. Windows keeps the number of a parent
// that has ended and may give it to another process, so this holds a handle, which stands for the one process.
func parentEnds(ctx context.Context) error {
	parent, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(os.Getppid()))
	if errors.Is(err, windows.ERROR_INVALID_PARAMETER) {
		return nil // no process has that number any more
	}
	if err != nil { // the parent may not be watched
		<-ctx.Done()
		return ctx.Err()
	}
	defer func() { _ = windows.CloseHandle(parent) }()
	for ctx.Err() == nil {
		event, err := windows.WaitForSingleObject(parent, uint32(orphanCheck.Milliseconds()))
		if err != nil {
			<-ctx.Done()
			break
		}
		if event == windows.WAIT_OBJECT_0 {
			return nil
		}
	}
	return ctx.Err()
}
