import Testing

import MIMAnalysis
