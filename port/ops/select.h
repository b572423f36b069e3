// A build for some ops only: -DMITE_SELECT, and for each of them -DMITE_WITH_CONV_2D or the like (`mite build` says which). Images that
// need another op are refused at load, with its number.
#ifndef MITE_SELECT_H
#define MITE_SELECT_H

#if !defined(MITE_SELECT)
#define MITE_OP(X, NAME, name) X(NAME, name)
#else
// X(NAME, name) if MITE_WITH_NAME is 1, else nothing: MITE_ONE_1 makes the 1 that follows the second of the arguments, any other word does not.
#define MITE_OP(X, NAME, name) MITE_OP_IF(MITE_GIVEN(MITE_WITH_##NAME), X, NAME, name)
#define MITE_ONE_1 0,
#define MITE_GIVEN(with) MITE_GIVEN_WORD(with)
#define MITE_GIVEN_WORD(with) MITE_SECOND(MITE_ONE_##with 1, 0, 0)
#define MITE_SECOND(...) MITE_SECOND_OF(__VA_ARGS__)
#define MITE_SECOND_OF(a, b, ...) b
#define MITE_OP_IF(given, X, NAME, name) MITE_OP_IF_WORD(given, X, NAME, name)
#define MITE_OP_IF_WORD(given, X, NAME, name) MITE_OP_IF_##given(X, NAME, name)
#define MITE_OP_IF_1(X, NAME, name) X(NAME, name)
#define MITE_OP_IF_0(X, NAME, name)
#endif

#endif
