"""The process a training lives in, or the several of its ranks: started, asked, answered, ended."""
