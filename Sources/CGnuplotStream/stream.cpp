#include "CGnuplotStream.h"
