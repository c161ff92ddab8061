/* DER: elements, times and object identifiers. */
#include "evidence/der.h"

#include <criterion/criterion.h>

#include <string.h>

static struct dna_bytes bytes(const char *octets, size_t size)
{
	return (struct dna_bytes){ (const uint8_t *)octets, size };
}

Test(der, reads_times_to_the_second_in_utc)
{
	static const struct {
		const char *der;
		int64_t time; /* -1: it is none */
	} cases[] = {
		{ "\x17\x0d"
		  "261121000000Z",
		  1795219200 },
		{ "\x17\x0d"
		  "491231235959Z",
		  2524607999 },
		{ "\x17\x0d"
		  "500101000000Z",
		  -631152000 },
		{ "\x18\x0f"
		  "20261121000000Z",
		  1795219200 },
		{ "\x18\x0f"
		  "20240229000000Z",
		  1709164800 },
		{ "\x17\x0d"
		  "261321000000Z",
		  -1 },
		{ "\x17\x0d"
		  "260021000000Z",
		  -1 },
		{ "\x17\x0d"
		  "261100000000Z",
		  -1 },
		{ "\x17\x0d"
		  "261131000000Z",
		  -1 },
		{ "\x17\x0d"
		  "261121240000Z",
		  -1 },
		{ "\x17\x0d"
		  "261121006000Z",
		  -1 },
		{ "\x17\x0d"
		  "261121000060Z",
		  -1 },
		{ "\x17\x0d"
		  "/61121000000Z",
		  -1 },
		{ "\x17\x0d"
		  "2611210000000",
		  -1 },
		{ "\x17\x0b"
		  "2611210000Z",
		  -1 },
		{ "\x17\x11"
		  "261121000000+0000",
		  -1 },
		{ "\x18\x0f"
		  "00001121000000Z",
		  -1 },
		{ "\x18\x0f"
		  "2:261121000000Z",
		  -1 },
		{ "\x18\x11"
		  "20261121000000.1Z",
		  -1 },
		{ "\x16\x0d"
		  "261121000000Z",
		  -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dna_bytes der = bytes(cases[i].der, strlen(cases[i].der));
		int64_t time = -1;

		cr_expect_eq(dna_der_read_time(&der, &time), cases[i].time == -1 ? DNA_E_SYNTAX : 0,
			     "case %zu", i);
		cr_expect_eq(time, cases[i].time, "case %zu", i);
	}
}

Test(der, writes_object_identifiers)
{
	char text[32], brief[8];

	dna_oid_write(bytes("\x55\x1d\x24", 3), text, sizeof(text));
	cr_expect_str_eq(text, "2.5.29.36");
	dna_oid_write(bytes("\x2b\x06\x01\x05\x05\x07\x08\x05", 8), text, sizeof(text));
	cr_expect_str_eq(text, "1.3.6.1.5.5.7.8.5");
	dna_oid_write(bytes("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b", 9), text, sizeof(text));
	cr_expect_str_eq(text, "1.2.840.113549.1.1.11");
	dna_oid_write(bytes("\x88\x37\x03", 3), text, sizeof(text));
	cr_expect_str_eq(text, "2.999.3");
	dna_oid_write(bytes("", 0), text, sizeof(text));
	cr_expect_str_eq(text, "");
	dna_oid_write(bytes("\x2b\x06\x01\x05\x05\x07\x08\x05", 8), brief, sizeof(brief));
	cr_expect_str_eq(brief, "1.3.6.1", "cut");
}

Test(der, reads_extensions)
{
	struct dna_der_extension extension;
	struct dna_bytes der;

	der = bytes("\x30\x09\x06\x03\x55\x1d\x24\x04\x02\x05\x00", 11);
	cr_expect_eq(dna_der_read_extension(&der, &extension), 0);
	cr_expect(!extension.critical && extension.oid.size == 3 && extension.value.size == 2);
	cr_expect_eq(der.size, 0);
	der = bytes("\x30\x0c\x06\x03\x55\x1d\x24\x01\x01\xff\x04\x02\x05\x00", 14);
	cr_expect_eq(dna_der_read_extension(&der, &extension), 0);
	cr_expect(extension.critical);
	der = bytes("\x30\x0c\x06\x03\x55\x1d\x24\x01\x01\x00\x04\x02\x05\x00", 14);
	cr_expect_eq(dna_der_read_extension(&der, &extension), 0);
	cr_expect_not(extension.critical);
	der = bytes("\x30\x0b\x06\x03\x55\x1d\x24\x01\x00\x04\x02\x05\x00", 13);
	cr_expect_eq(dna_der_read_extension(&der, &extension), DNA_E_SYNTAX, "empty BOOLEAN");
	der = bytes("\x30\x0b\x06\x03\x55\x1d\x24\x04\x02\x05\x00\x05\x00", 13);
	cr_expect_eq(dna_der_read_extension(&der, &extension), DNA_E_SYNTAX, "more behind it");
}
