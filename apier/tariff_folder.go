package apier

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"purser/apier/tariffplan"
	"purser/engine"
	"purser/engine/rating"
	"purser/rpcjson"
)

// Texts of CGRateS. Source: cgrates-charging, section 5.7.
const (
	textInvalidPath   = "INVALID_PATH"
	textMissingFolder = textMissing + ":FolderPath"
)

// folderArgs name a folder of CSV files on the daemon's side.
type folderArgs struct {
	scope
	FolderPath string // below Options.TariffPlanDir, or absolute within it
	DryRun     bool   // check only
	Validate   bool   // refuse what is only odd, too
	Caching    *string

	set engine.TariffSet // what the folder holds
	// remove says that what the files name is taken out.
	remove bool
}

func (a *folderArgs) change(*service) (engine.Change, error) {
	if a.remove {
		return &engine.RemoveTariff{Keys: a.set.Keys()}, nil
	}
	return &engine.LoadTariff{Set: a.set}, nil
}

// loadTariffPlanFromFolder puts a whole folder in place in one step, or nothing of it.
func (s *service) loadTariffPlanFromFolder(c *rpcjson.Call, args *folderArgs) {
	s.fromFolder(c, "APIerSv1.LoadTariffPlanFromFolder", args)
}

// removeTPFromFolder takes out what a folder's files name.
func (s *service) removeTPFromFolder(c *rpcjson.Call, args *folderArgs) {
	args.remove = true
	s.fromFolder(c, "APIerSv1.RemoveTPFromFolder", args)
}

func (s *service) fromFolder(c *rpcjson.Call, name string, args *folderArgs) {
	s.defaultTenant(&args.scope)
	if err := s.readFolder(c.Context(), args); err != nil {
		s.fail(c, err, nil)
		return
	}
	if args.DryRun {
		c.Reply(ok)
		return
	}
	s.submit(c, name, args, nil, func(*engine.Result) any { return ok })
}

// readFolder reads and compiles the folder.
func (s *service) readFolder(ctx context.Context, args *folderArgs) error {
	if args.FolderPath == "" {
		return wireError(textMissingFolder)
	}
	folder, err := s.openFolder(args.FolderPath)
	if err != nil {
		return err
	}
	o := s.tariffOptions()
	o.Validate = args.Validate
	tables, err := tariffplan.Read(ctx, folder.FS(), o)
	if err = errors.Join(err, folder.Close()); err != nil {
		return tariffError(err)
	}
	args.set, err = s.compile(ctx, tables, o)
	return err
}

func (s *service) tariffOptions() tariffplan.Options {
	rules := s.Engine.Rules()
	return tariffplan.Options{NameBytesMax: rules.NameBytesMax, RowsMax: rules.TariffMax}
}

// openFolder opens a folder below TariffPlanDir, and nothing outside of it, symbolic links included.
func (s *service) openFolder(path string) (*os.Root, error) {
	if s.TariffPlanDir == "" {
		return nil, wireError(textInvalidPath)
	}
	if filepath.IsAbs(path) {
		dir, err := filepath.Abs(s.TariffPlanDir)
		if err != nil {
			return nil, fmt.Errorf("apier: tariff plans: %w", err)
		}
		if path, err = filepath.Rel(dir, path); err != nil {
			return nil, wireError(textInvalidPath)
		}
	}
	base, err := os.OpenRoot(s.TariffPlanDir)
	if err != nil {
		return nil, fmt.Errorf("apier: tariff plans: %w", err)
	}
	folder, err := base.OpenRoot(path)
	if end := base.Close(); end != nil {
		return nil, fmt.Errorf("apier: tariff plans: %w", errors.Join(err, end))
	}
	if err != nil {
		s.log.Debug("tariff plan folder refused", "path", path, "err", err)
		return nil, wireError(textInvalidPath)
	}
	return folder, nil
}

// compile makes the engine's values of tables, with what the engine knows already.
func (s *service) compile(ctx context.Context, tables *tariffplan.Tables, o tariffplan.Options) (engine.TariffSet,
	error,
) {
	known := knownTariff{names: map[engine.TariffKind]map[string]bool{}, timings: map[string]rating.Timing{}}
	if err := s.Engine.Read(ctx, known.learn); err != nil {
		return engine.TariffSet{}, err
	}
	set, warnings, err := tariffplan.Compile(tables, &known, o)
	if err != nil {
		return engine.TariffSet{}, tariffError(err)
	}
	for _, w := range warnings {
		s.log.Warn("tariff plan", "warning", w.String())
	}
	return set.Tariff(), nil
}

// tariffError returns the text that a client reads for a plan that is refused.
func tariffError(err error) error {
	var wrong *tariffplan.Errors
	if !errors.As(err, &wrong) {
		if errors.Is(err, fs.ErrNotExist) {
			return wireError(textInvalidPath)
		}
		if unread := (*fs.PathError)(nil); errors.As(err, &unread) { // no permission, or a link that leads out
			return wireError(textServerError + ": cannot read " + unread.Path)
		}
		return err
	}
	return wireError(textServerError + ": " + wrong.Error())
}

// knownTariff is what the engine has under which names, for a plan that refers to it.
type knownTariff struct {
	names   map[engine.TariffKind]map[string]bool
	timings map[string]rating.Timing
}

func (k *knownTariff) learn(st engine.State) error {
	for _, kind := range []engine.TariffKind{engine.KindDestination, engine.KindTiming, engine.KindPlan, engine.KindGroup,
		engine.KindActions} {
		k.names[kind] = map[string]bool{}
		for _, id := range st.TariffIDs(kind) {
			k.names[kind][id] = true
		}
	}
	for id := range k.names[engine.KindTiming] {
		k.timings[id], _ = st.Timing(id)
	}
	return nil
}

// Destination implements [tariffplan.Known].
func (k *knownTariff) Destination(id string) bool { return k.names[engine.KindDestination][id] }

// Timing implements [tariffplan.Known].
func (k *knownTariff) Timing(id string) (rating.Timing, bool) {
	g, ok := k.timings[id]
	return g, ok
}

// Plan implements [tariffplan.Known].
func (k *knownTariff) Plan(id string) bool { return k.names[engine.KindPlan][id] }

// Group implements [tariffplan.Known].
func (k *knownTariff) Group(id string) bool { return k.names[engine.KindGroup][id] }

// Actions implements [tariffplan.Known].
func (k *knownTariff) Actions(id string) bool { return k.names[engine.KindActions][id] }

// sharedGroup is the answer of GetSharedGroup.
type sharedGroup struct {
	Id                string //nolint:revive // names on the wire
	AccountParameters map[string]groupParameters
	MemberIds         map[string]bool
}

type groupParameters struct {
	Strategy      string
	RatingSubject string
}

// getSharedGroup takes its ID as bare text.
func (s *service) getSharedGroup(c *rpcjson.Call, id *string) {
	name := strings.TrimSpace(*id)
	s.view(c, nil, func(st engine.State) (any, error) {
		group := st.SharedGroup(name)
		if group == nil {
			return nil, errNotFound
		}
		shown := sharedGroup{Id: group.ID, AccountParameters: map[string]groupParameters{}, MemberIds: map[string]bool{}}
		for _, m := range group.Members {
			shown.AccountParameters[m.Account] = groupParameters{m.Strategy, m.RatingSubject}
		}
		for _, m := range st.GroupMembers(name) {
			shown.MemberIds[m.String()] = true
		}
		return shown, nil
	})
}
