# The course in a container: make image, then
#   docker run --rm -it -p 127.0.0.1:8888:8888 -v "$PWD/work:/home/student/work" training-neural-networks
# JupyterLab prints its address. The notebooks are copied into work/ where they are not there yet.
FROM python:3.12-slim
RUN useradd --create-home student
WORKDIR /home/student/source
COPY . .
RUN python -m pip install --no-cache-dir -c constraints.txt -e ".[notebooks]"
USER student
WORKDIR /home/student/work
EXPOSE 8888
CMD ["sh", "-c", "training-neural-networks start . && exec jupyter lab --ip=0.0.0.0 --no-browser"]
