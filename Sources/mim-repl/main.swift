import MIMTerminal

Program().main()
