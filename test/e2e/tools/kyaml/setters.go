package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"sigs.k8s.io/kustomize/kyaml/fieldmeta"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const extension = "x-k8s-cli"

// settersOf gives the filter that writes new images into the lines marked with their policy.
func settersOf(images []string) (kio.Filter, error) {
	schema := &spec.Schema{}
	schema.Definitions = map[string]spec.Schema{}
	for _, image := range images {
		policy, reference, found := strings.Cut(image, "=")
		if !found {
			return nil, fmt.Errorf("%q is not <namespace>:<policy>=<image>", image)
		}
		rest, digest, _ := strings.Cut(reference, "@")
		colon := strings.LastIndex(rest, ":")
		if colon < 0 {
			return nil, fmt.Errorf("%q has no tag", image)
		}
		define(schema, policy, reference)
		define(schema, policy+":name", rest[:colon])
		define(schema, policy+":tag", rest[colon+1:])
		define(schema, policy+":digest", digest)
	}
	return kio.FilterFunc(func(nodes []*yaml.RNode) ([]*yaml.RNode, error) {
		for _, node := range nodes {
			if err := each(node, func(field *yaml.RNode) { set(field, schema) }); err != nil {
				return nil, err
			}
		}
		return nodes, nil
	}), nil
}

func define(schema *spec.Schema, name, value string) {
	setter := spec.StringProperty()
	setter.Extensions = map[string]interface{}{}
	setter.Extensions.Add(extension, map[string]interface{}{
		"setter": map[string]string{"name": name, "value": value},
	})
	schema.Definitions[fieldmeta.SetterDefinitionPrefix+name] = *setter
}

func set(field *yaml.RNode, setters *spec.Schema) {
	meta := fieldmeta.FieldMeta{SettersSchema: setters}
	if err := meta.Read(field); err != nil || meta.IsEmpty() {
		return
	}
	found, err := openapi.Resolve(&meta.Schema.Ref, setters)
	if err != nil || found == nil {
		return
	}
	text, err := json.Marshal(found.VendorExtensible.Extensions[extension])
	if err != nil {
		return
	}
	var to struct {
		Setter *struct{ Value string } `json:"setter"`
	}
	if err := json.Unmarshal(text, &to); err != nil || to.Setter == nil {
		return
	}
	field.YNode().Value = to.Setter.Value
	yaml.FormatNonStringStyle(field.YNode(), *found)
}
