package main

import "testing"

func TestTemplatesAndTheirSuccessorsHaveTheirImages(t *testing.T) {
	var templates templateImages
	for _, argument := range []string{"debian-12=a:1", "debian-12-kubernetes=b:2"} {
		if err := templates.Set(argument); err != nil {
			t.Fatal(err)
		}
	}
	for template, want := range map[string]string{
		"debian-12": "a:1", "debian-12-next": "a:1",
		"debian-12-kubernetes": "b:2", "debian-12-kubernetes-next": "b:2",
		"debian-11": "",
	} {
		if image := templates.imageOf(template); image != want {
			t.Errorf("%s: %q, want %q", template, image, want)
		}
	}
}

func TestATemplateWithoutAnImageOrTwiceIsRefused(t *testing.T) {
	templates := templateImages{{name: "debian-12", image: "a:1"}}
	for _, argument := range []string{"debian-12", "=a:1", "debian-12=b:2"} {
		if templates.Set(argument) == nil {
			t.Errorf("%q was taken", argument)
		}
	}
}
