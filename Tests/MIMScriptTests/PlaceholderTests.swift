import Testing

import MIMScript
