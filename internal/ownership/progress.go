package ownership

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// progressEvery is after how many permission lists the log says how far a reading is.
const progressEvery = 100

// progress tells the log how far one reading is, for a large organization takes minutes.
type progress struct {
	log       *slog.Logger
	resources int // whose permission lists are read
	read      atomic.Int64
}

// begin says how many permission lists will be read. Of none it says nothing.
func (p *progress) begin(ctx context.Context) {
	if p.resources > 0 {
		p.say(ctx, slog.Int("resources", p.resources))
	}
}

// step counts one permission list.
func (p *progress) step(ctx context.Context) {
	if read := p.read.Add(1); read%progressEvery == 0 {
		p.say(ctx, slog.Int64("read", read), slog.Int("resources", p.resources))
	}
}

func (p *progress) say(ctx context.Context, attributes ...slog.Attr) {
	p.log.LogAttrs(ctx, slog.LevelInfo, "Reading who owns what", attributes...)
}
