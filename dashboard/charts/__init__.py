"""Pure functions from data to Plotly figures. They know neither Streamlit nor a language: texts are handed in."""
