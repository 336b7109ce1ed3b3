import FileIndex

IndexProgram.main()
