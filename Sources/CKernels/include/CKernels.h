#pragma once
#include "distances.h"
