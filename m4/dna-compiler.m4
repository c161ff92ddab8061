# The warnings that the project is free of, hardening that is free of charge, and sanitizers on request.
AC_DEFUN([DNA_FLAG], [
	AC_MSG_CHECKING([whether $CC takes $1])
	dna_saved_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $1"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
		[AC_MSG_RESULT([yes]); DNA_CFLAGS="$DNA_CFLAGS $1"],
		[AC_MSG_RESULT([no])])
	CFLAGS=$dna_saved_cflags
])

AC_DEFUN([DNA_COMPILER], [
	DNA_CFLAGS="-std=gnu11"
	m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
			      -Wwrite-strings -Wpointer-arith -Wundef -Wvla -Wformat=2
			      -fno-common -fstack-protector-strong],
		[DNA_FLAG(flag)])

	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat warnings as errors])],
		[], [enable_werror=no])
	AS_IF([test "$enable_werror" = yes], [DNA_CFLAGS="$DNA_CFLAGS -Werror"])

	AC_ARG_ENABLE([asan], [AS_HELP_STRING([--enable-asan], [build with AddressSanitizer])], [], [enable_asan=no])
	AC_ARG_ENABLE([ubsan], [AS_HELP_STRING([--enable-ubsan], [build with UndefinedBehaviorSanitizer])], [], [enable_ubsan=no])
	dna_sanitizers=
	AS_IF([test "$enable_asan" = yes], [dna_sanitizers="address"])
	AS_IF([test "$enable_ubsan" = yes], [dna_sanitizers="${dna_sanitizers:+$dna_sanitizers,}undefined"])
	AS_IF([test -n "$dna_sanitizers"],
		[DNA_SANITIZE="-fsanitize=$dna_sanitizers -fno-sanitize-recover=all -fno-omit-frame-pointer"])
	AM_CONDITIONAL([SANITIZE], [test -n "$dna_sanitizers"])
	AM_CONDITIONAL([ASAN], [test "$enable_asan" = yes])
	AC_SUBST([DNA_CFLAGS])
	AC_SUBST([DNA_SANITIZE])

	# Everything bound at start: no symbol can go missing in the middle of a judgement.
	DNA_LDFLAGS="-Wl,-z,now -Wl,-z,relro"
	AC_SUBST([DNA_LDFLAGS])
])
