#pragma once
#include "distances.h"
#include "vectors.h"
