import Testing

import MIMFigures
