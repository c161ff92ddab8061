/* The files that a profile names. */
#include "policy/provision.h"
#include "base/limits.h"
#include "evidence/crls.h"

#include <dna/dna.h>

#include <stdlib.h>
#include <string.h>

static int read_file(const struct dna_node *value, const struct dna_files *files,
		     struct dna_buffer *content, struct dna_complaints *complaints)
{
	struct dna_buffer path, why;
	int r;

	dna_buffer_init(&path, 0);
	dna_buffer_init(&why, 0);
	r = dna_buffer_format(&path, "%s%s", value->text[0] == '/' ? "" : files->folder,
			      value->text);
	if (r == 0)
		r = files->source->read_file(files->source->argument, (char *)path.data, content,
					     &why);
	if (r != 0 && r != DNA_E_NOMEM)
		dna_complain(complaints, value, "the file %s %s", (char *)path.data,
			     (char *)why.data);
	dna_buffer_clear(&path);
	dna_buffer_clear(&why);
	return r;
}

/* Give what is in the file to |add|; |kind| of things: "trust anchors". */
static int provide(struct dna_provision *provision, const struct dna_node *value,
		   const struct dna_files *files, const char *kind,
		   int (*add)(struct dna_provision *provision, struct dna_bytes pem),
		   struct dna_complaints *complaints)
{
	struct dna_buffer content;
	int r;

	if (value->type != DNA_NODE_SCALAR || dna_node_is_nothing(value) ||
	    value->text[0] == '\0') {
		dna_complain(complaints, value, "the name of a file with %s has to stand here",
			     kind);
		return 0;
	}
	provision->file = strdup(value->text);
	if (provision->file == NULL)
		return DNA_E_NOMEM;
	if (files->folder == NULL)
		return 0;
	dna_buffer_init(&content, DNA_PROVISION_MAX);
	r = read_file(value, files, &content, complaints);
	if (r == 0) {
		r = add(provision, (struct dna_bytes){ content.data, content.size });
		if (r != 0 && r != DNA_E_NOMEM)
			dna_complain(complaints, value, "the file %s has no %s in PEM: %s",
				     value->text, kind, dna_strerror(r));
	}
	dna_buffer_clear(&content);
	return r == DNA_E_NOMEM ? r : 0;
}

static int add_anchors(struct dna_provision *provision, struct dna_bytes pem)
{
	int r = dna_anchors_new(&provision->anchors);

	return r == 0 ? dna_anchors_add_pem(provision->anchors, pem) : r;
}

static int add_crls(struct dna_provision *provision, struct dna_bytes pem)
{
	int r = dna_crls_new(&provision->crls);

	return r == 0 ? dna_crls_add_pem(provision->crls, pem) : r;
}

int dna_provision_anchors(struct dna_provision *provision, const struct dna_node *value,
			  const struct dna_files *files, struct dna_complaints *complaints)
{
	return provide(provision, value, files, "trust anchors", add_anchors, complaints);
}

int dna_provision_crls(struct dna_provision *provision, const struct dna_node *value,
		       const struct dna_files *files, struct dna_complaints *complaints)
{
	return provide(provision, value, files, "revocation lists", add_crls, complaints);
}

void dna_provision_clear(struct dna_provision *provision)
{
	free(provision->file);
	dna_anchors_unref(provision->anchors);
	dna_crls_unref(provision->crls);
}
