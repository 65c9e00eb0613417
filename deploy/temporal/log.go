package main

import (
	"os"
	"strings"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// logger writes JSON lines to the standard error; level can change while it is in use.
func logger(level zap.AtomicLevel) *zap.Logger {
	encoding := zap.NewProductionEncoderConfig()
	encoding.EncodeTime = zapcore.ISO8601TimeEncoder
	core := zapcore.NewCore(zapcore.NewJSONEncoder(encoding), zapcore.Lock(os.Stderr), level)
	return zap.New(withoutAdvice{core})
}

// withoutAdvice leaves out the server's recommendation, at every start and as a warning, to open an HTTP port. This
// server has none on purpose: its clients speak gRPC, and any web page could try to send requests to an open one.
type withoutAdvice struct{ zapcore.Core }

// Check decides whether an entry is written.
func (c withoutAdvice) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if strings.HasPrefix(entry.Message, "HTTP API port has not been set") {
		return checked
	}
	return c.Core.Check(entry, checked)
}

// With keeps the filter on loggers derived from this one.
func (c withoutAdvice) With(fields []zapcore.Field) zapcore.Core {
	return withoutAdvice{c.Core.With(fields)}
}
