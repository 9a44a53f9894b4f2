// Command kyaml rewrites every YAML file below a folder as Flux image automation 1.2 does, and
// prints the paths whose bytes changed:
//
//	kyaml <folder> [<namespace>:<policy>=<image reference>]...
//
// Reader, writer and setters are those of image-automation-controller's internal/update (Apache-2.0),
// except that files without a setter are rewritten too: we want to know what kyaml makes of them.
package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/fieldmeta"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func main() {
	fieldmeta.SetShortHandRef("$imagepolicy")
	openapi.SuppressBuiltInSchemaUse()
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(folder string, images []string) error {
	setters, err := settersOf(images)
	if err != nil {
		return err
	}
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		before, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := rewrite(folder, relative, before, setters); err != nil {
			fmt.Printf("%s: %v\n", relative, strings.Split(err.Error(), "\n")[0])
			return nil
		}
		after, err := os.ReadFile(path)
		if err == nil && !bytes.Equal(before, after) {
			fmt.Println(relative)
		}
		return err
	})
}

func rewrite(folder, relative string, text []byte, set kio.Filter) error {
	return kio.Pipeline{
		Inputs: []kio.Reader{&kio.ByteReader{
			Reader:            bytes.NewReader(text),
			SetAnnotations:    map[string]string{kioutil.PathAnnotation: relative},
			PreserveSeqIndent: true,
		}},
		Filters: []kio.Filter{set},
		Outputs: []kio.Writer{&kio.LocalPackageWriter{PackagePath: folder}},
	}.Execute()
}

// each calls visit with every scalar below a node.
func each(node *yaml.RNode, visit func(*yaml.RNode)) error {
	switch node.YNode().Kind {
	case yaml.MappingNode:
		return node.VisitFields(func(field *yaml.MapNode) error { return each(field.Value, visit) })
	case yaml.SequenceNode:
		return node.VisitElements(func(item *yaml.RNode) error { return each(item, visit) })
	case yaml.ScalarNode:
		visit(node)
	}
	return nil
}
