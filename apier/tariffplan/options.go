package tariffplan

import "cmp"

// Options bound what is read and say how strictly it is checked. A bound of 0
// is the default.
type Options struct {
	LineBytesMax int   // of one line; 64 KiB
	BytesMax     int64 // of all files; 256 MiB
	RowsMax      int   // of all tables, and of all compiled plans together; 1,000,000
	FilesMax     int   // files and folders looked at; 1,000
	NameBytesMax int   // of a name, as the engine's rules have it; 128
	ErrorsMax    int   // problems kept of each kind; 100

	// Validate refuses what is only warned of otherwise: CGRateS's flag of the
	// same name. Source: cgrates-charging, section 5.7.
	Validate bool

	// Progress is called now and then while files are read, with the file and
	// the rows read so far of all; nil for none.
	Progress func(file string, rows int)
}

func (o Options) withDefaults() Options {
	o.LineBytesMax = cmp.Or(o.LineBytesMax, 64<<10)
	o.BytesMax = cmp.Or(o.BytesMax, 256<<20)
	o.RowsMax = cmp.Or(o.RowsMax, 1_000_000)
	o.FilesMax = cmp.Or(o.FilesMax, 1_000)
	o.NameBytesMax = cmp.Or(o.NameBytesMax, 128)
	o.ErrorsMax = cmp.Or(o.ErrorsMax, 100)
	if o.Progress == nil {
		o.Progress = func(string, int) {}
	}
	return o
}
