"""`python -m studio`: write the gallery into templates/."""

from studio.gallery import write_all

if __name__ == "__main__":
    write_all()
