// PixelCNN columns for any processor.
#include "Loops/includes.h"
#include "pixelcnn_column.h"
#define MIM_LANES 4
#define MIM_PIXELCNN_COLUMN mim_pixelcnn_column_baseline
#include "pixelcnn_loops.h"
