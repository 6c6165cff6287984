import Testing

import MIMTensor
