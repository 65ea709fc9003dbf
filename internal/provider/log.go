package provider

import (
	"context"
	"log/slog"
	"os"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/hashicorp/terraform-plugin-log/tfsdklog"
)

// SilenceUnusedLogs keeps the plugin libraries from logging what Terraform throws away. Without TF_LOG they still write a
// hundred kilobytes for each object of a plan, which Terraform reads line by line and ignores: half the time of a plan. Call it
// before serving.
func SilenceUnusedLogs() {
	for _, wanted := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_TEMP_LOG_PATH"} {
		if os.Getenv(wanted) != "" {
			return
		}
	}
	for _, level := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_JMAPCLOUD"} {
		if os.Getenv(level) == "" {
			_ = os.Setenv(level, "off") // which fails for no such name
		}
	}
}

// LogContext returns a context to log with when serving is over. The stderr that go-plugin has put in place to serve is not
// read any more, but Terraform reads the one that the process began with until the process ends.
func LogContext(ctx context.Context) context.Context {
	return tfsdklog.NewRootProviderLogger(ctx, tfsdklog.WithStderrFromInit(), tfsdklog.WithLogName("jmapcloud"),
		tflog.WithLevelFromEnv("TF_LOG_PROVIDER", "jmapcloud"))
}

// logHandler hands what the client logs to Terraform's log.
type logHandler struct{ attributes []slog.Attr }

func (logHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	fields := make(map[string]any, r.NumAttrs()+len(h.attributes))
	for _, a := range h.attributes {
		fields[a.Key] = a.Value.Any()
	}
	r.Attrs(func(a slog.Attr) bool {
		fields[a.Key] = a.Value.String()
		return true
	})
	write := tflog.Debug
	if r.Level >= slog.LevelInfo {
		write = tflog.Info
	}
	write(ctx, r.Message, fields)
	return nil
}

func (h logHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return logHandler{append(h.attributes[:len(h.attributes):len(h.attributes)], attributes...)}
}

// WithGroup is part of slog.Handler; the client uses no groups.
func (h logHandler) WithGroup(string) slog.Handler { return h }
