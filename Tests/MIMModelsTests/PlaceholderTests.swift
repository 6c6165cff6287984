import Testing

import MIMModels
