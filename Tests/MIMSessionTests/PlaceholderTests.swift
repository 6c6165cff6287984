import Testing

import MIMSession
